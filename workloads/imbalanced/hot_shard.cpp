// Jobs that belong to shards, most of them to one: by default nine in ten belong to shard 0. Loops
// that own their shards get no help with the hot one; a scheduler that may move jobs spreads them.
#include <optional>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/shards.hpp"

namespace loopsteal {
namespace {

struct HotShardOptions {
  std::uint32_t jobs = 200;
  Duration work = std::chrono::microseconds(50);
  std::uint32_t shards = 16;
  double hot = 0.9;
  std::optional<double> zipf{};
};
using Options = HotShardOptions;

void set_zipf(Options& options, std::string_view text) {
  if (text == "off") {
    options.zipf.reset();
  } else {
    options.zipf = parse_real(text, Thousandths{0, 20'000});
  }
}
std::string get_zipf(const Options& options) {
  return options.zipf ? print_real(*options.zipf) : "off";
}

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::jobs, Range{1, 100'000'000}>("jobs", "Jobs, all there at the start.", "ours"),
    knob<&Options::work, Range{0, kHourNs}>("work", "CPU work of a job.", "ours"),
    knob<&Options::shards, Range{1, 1'000'000}>("shards", "Shards that jobs belong to.", "ours"),
    knob<&Options::hot, Thousandths{0, 1'000}>(
        "hot", "Share of the jobs that belong to shard 0; the others share the rest evenly.",
        "ours: 0.9"),
    {"zipf", "off|0..20", "ours", "Exponent of Zipf's law to draw shards by, in place of hot.",
     set_zipf, get_zipf}};

class HotShard final : public Workload {
 public:
  static constexpr std::string_view kName = "hot_shard";
  static constexpr std::string_view kQuestion =
      "What happens when nearly all work belongs to one of the loops?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = HotShardOptions;
  static Options defaults(Size size) { return {.jobs = size == Size::small ? 200u : 20'000u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  static Footprint footprint(const Options& options) { return {.tasks = options.jobs, .bytes = 0}; }

  HotShard(const Options& options, const WorkloadSetup& setup)
      : options_(options),
        shards_({options.shards, options.hot, options.zipf}, setup.seed),
        log_(options.jobs, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup jobs(scheduler);
    const TimePoint start = scheduler.now();
    for (std::uint32_t i = 0; i < options_.jobs; ++i)
      jobs.spawn(serve(scheduler, start, Work::of(options_.work), log_, i), shards_.of_job(i));
    co_await jobs.join();
  }

  WorkloadResult result() override { return result_of(log_, options_.jobs); }

 private:
  const Options options_;
  const Shards shards_;
  RequestLog log_;
};

}  // namespace

WorkloadInfo hot_shard_entry() { return workload_info<HotShard>(); }

}  // namespace loopsteal
