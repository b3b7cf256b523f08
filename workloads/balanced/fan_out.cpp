// One task starts many equal pieces of work and waits for all of them.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/tally.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct FanOutOptions {
  std::uint32_t tasks = 2'000;
  Duration work = std::chrono::microseconds(1);
  Duration task_work{};
};

constexpr Knob<FanOutOptions> kKnobs[] = {
    knob<&FanOutOptions::tasks, Range{1, 10'000'000}>("tasks", "Tasks started at once.", "ours"),
    knob<&FanOutOptions::work, Range{0, kHourNs}>("work", "CPU work of each task.",
                                                  "ours: where spawning begins to hurt"),
    task_work_knob<&FanOutOptions::task_work>()};

Task<void> piece(Work work, Work task_work, std::uint32_t& runs) {
  if (task_work.ns > 0) [[unlikely]]
    co_await accounted(task_work);
  co_await compute(work);
  ++runs;
}

class FanOut final : public Workload {
 public:
  static constexpr std::string_view kName = "fan_out";
  static constexpr std::string_view kQuestion =
      "How well is the work of one producer spread over the workers?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = FanOutOptions;
  static Options defaults(Size size) { return {.tasks = size == Size::small ? 2'000u : 200'000u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  static Footprint footprint(const Options& options) {
    return {.tasks = options.tasks, .bytes = options.tasks * sizeof(std::uint32_t)};
  }

  FanOut(const Options& options, const WorkloadSetup&) : options_(options), tally_(options.tasks) {}

  Task<void> root(Scheduler& scheduler) override {
    const Work task_work = to_account(scheduler, options_.task_work);
    TaskGroup tasks(scheduler);
    for (std::uint32_t i = 0; i < options_.tasks; ++i)
      tasks.spawn(piece(Work::of(options_.work), task_work, tally_[i]));
    co_await tasks.join();
  }

  WorkloadResult result() override {
    return {.tasks = options_.tasks,
            .answer = tally_.total(),
            .answer_ok = tally_.each_ran(1),
            .samples = {}};
  }

 private:
  const Options options_;
  Tally tally_;
};

}  // namespace

WorkloadInfo fan_out_entry() { return workload_info<FanOut>(); }

}  // namespace loopsteal
