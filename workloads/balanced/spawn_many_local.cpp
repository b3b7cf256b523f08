// Tokio's benchmark of the same name: one task spawns many empty ones and waits for all. Here the
// spawning task runs on a worker; in Tokio it runs on the thread that called block_on().
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/tally.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct SpawnOptions {
  std::uint32_t spawns;
  std::uint32_t rounds;
  Duration task_work = kEmptyTaskWork;
};

constexpr Knob<SpawnOptions> kKnobs[] = {
    knob<&SpawnOptions::spawns, Range{1, 10'000'000}>("spawns", "Empty tasks spawned in a round.",
                                                      "Tokio's bench: 10000"),
    knob<&SpawnOptions::rounds, Range{1, 1'000'000}>("rounds", "Rounds, one after the other.",
                                                     "ours: long enough to measure"),
    task_work_knob<&SpawnOptions::task_work>()};

class SpawnManyLocal final : public Workload {
 public:
  static constexpr std::string_view kName = "spawn_many_local";
  static constexpr std::string_view kQuestion =
      "What does it cost to start a task from a task and wait for it?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = SpawnOptions;
  static Options defaults(Size size) {
    return {.spawns = 10'000, .rounds = size == Size::small ? 1u : 200u};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  SpawnManyLocal(const Options& options, const WorkloadSetup&)
      : options_(options), tally_(options.spawns) {}

  Task<void> root(Scheduler& scheduler) override {
    const Work work = to_account(scheduler, options_.task_work);
    TaskGroup tasks(scheduler);
    for (std::uint32_t round = 0; round < options_.rounds; ++round) {
      for (std::uint32_t i = 0; i < options_.spawns; ++i) tasks.spawn(note_run(tally_[i], work));
      co_await tasks.join();
    }
  }

  WorkloadResult result() override {
    return {.tasks = std::uint64_t{options_.spawns} * options_.rounds,
            .answer = tally_.total(),
            .answer_ok = tally_.each_ran(options_.rounds),
            .samples = {}};
  }

 private:
  const Options options_;
  Tally tally_;
};

}  // namespace

WorkloadInfo spawn_many_local_entry() { return workload_info<SpawnManyLocal>(); }

}  // namespace loopsteal
