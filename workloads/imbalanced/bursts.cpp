// Silence, then many jobs at once, from one task. Sleeping workers have to be woken, and all ready
// jobs are in the queue of one worker.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"

namespace loopsteal {
namespace {

struct BurstOptions {
  std::uint32_t bursts = 5;
  std::uint32_t jobs = 50;
  Duration work = std::chrono::microseconds(20);
  Duration pause = std::chrono::milliseconds(1);
};

constexpr Knob<BurstOptions> kKnobs[] = {
    knob<&BurstOptions::bursts, Range{1, 1'000'000}>("bursts", "Bursts, one after the other.",
                                                     "ours"),
    knob<&BurstOptions::jobs, Range{1, 1'000'000}>("jobs", "Jobs in a burst.", "ours"),
    knob<&BurstOptions::work, Range{0, kHourNs}>("work", "CPU work of a job.", "ours"),
    knob<&BurstOptions::pause, Range{0, kHourNs}>(
        "pause", "Silence from the end of a burst to the next one.",
        "ours: long enough for workers to fall asleep")};

class Bursts final : public Workload {
 public:
  static constexpr std::string_view kName = "bursts";
  static constexpr std::string_view kQuestion =
      "How fast do sleeping workers come to help when much work appears at once?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = BurstOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.bursts = 100, .jobs = 200};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  static Footprint footprint(const Options& options) { return {.tasks = options.jobs, .bytes = 0}; }

  Bursts(const Options& options, const WorkloadSetup& setup)
      : options_(options), log_(std::uint64_t{options.bursts} * options.jobs, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup jobs(scheduler);
    for (std::uint32_t burst = 0; burst < options_.bursts; ++burst) {
      const TimePoint arrival = scheduler.now() + options_.pause;
      co_await io_until(arrival);
      const std::uint64_t first = std::uint64_t{burst} * options_.jobs;
      for (std::uint32_t i = 0; i < options_.jobs; ++i)
        jobs.spawn(serve(scheduler, arrival, Work::of(options_.work), log_, first + i));
      co_await jobs.join();
    }
  }

  WorkloadResult result() override {
    return result_of(log_, std::uint64_t{options_.bursts} * options_.jobs);
  }

 private:
  const Options options_;
  RequestLog log_;
};

}  // namespace

WorkloadInfo bursts_entry() { return workload_info<Bursts>(); }

}  // namespace loopsteal
