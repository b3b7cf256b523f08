// Tokio's benchmark of the same name: many tasks that only yield.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/tally.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct YieldOptions {
  std::uint32_t tasks = 200;
  std::uint32_t yields = 1'000;
  std::uint32_t rounds = 1;
  Duration task_work = kEmptyTaskWork;
};

constexpr Knob<YieldOptions> kKnobs[] = {
    knob<&YieldOptions::tasks, Range{1, 1'000'000}>("tasks", "Tasks at the same time.",
                                                    "Tokio's bench: 200"),
    knob<&YieldOptions::yields, Range{1, 100'000'000}>("yields", "Yields of each task.",
                                                       "Tokio's bench: 1000"),
    knob<&YieldOptions::rounds, Range{1, 1'000'000}>("rounds", "Rounds, one after the other.",
                                                     "ours: long enough to measure"),
    task_work_knob<&YieldOptions::task_work>()};

Task<void> yield_often(std::uint32_t yields, std::uint32_t& resumed) {
  for (; yields > 0; --yields) {
    co_await yield();
    ++resumed;
  }
}

Task<void> yield_and_work(std::uint32_t yields, std::uint32_t& resumed, Work work) {
  for (std::uint32_t i = 0; i < yields; ++i) {
    co_await yield();
    co_await accounted(work);
    ++resumed;
  }
}

class YieldMany final : public Workload {
 public:
  static constexpr std::string_view kName = "yield_many";
  static constexpr std::string_view kQuestion =
      "What does it cost to let the other ready tasks go first?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = YieldOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {.yields = 100};
    return {.rounds = 50};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  YieldMany(const Options& options, const WorkloadSetup&)
      : options_(options), resumed_(options.tasks) {}

  Task<void> root(Scheduler& scheduler) override {
    const Work work = to_account(scheduler, options_.task_work);
    TaskGroup tasks(scheduler);
    for (std::uint32_t round = 0; round < options_.rounds; ++round) {
      for (std::uint32_t i = 0; i < options_.tasks; ++i)
        tasks.spawn(work.ns > 0 ? yield_and_work(options_.yields, resumed_[i], work)
                                : yield_often(options_.yields, resumed_[i]));
      co_await tasks.join();
    }
  }

  WorkloadResult result() override {
    const std::uint64_t yields = std::uint64_t{options_.tasks} * options_.yields * options_.rounds;
    return {.tasks = yields,
            .answer = resumed_.total(),
            // Modulo 2^32, like the counters.
            .answer_ok = resumed_.each_ran(options_.yields * options_.rounds),
            .samples = {}};
  }

 private:
  const Options options_;
  Tally resumed_;
};

}  // namespace

WorkloadInfo yield_many_entry() { return workload_info<YieldMany>(); }

}  // namespace loopsteal
