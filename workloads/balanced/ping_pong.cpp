// Tokio's benchmark of the same name: a thousand pairs of tasks at once; each pair passes one
// message there and one back.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/sync/event.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/tally.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct PingPongOptions {
  std::uint32_t pairs = 1'000;
  std::uint32_t rounds = 1;
  Duration task_work = kEmptyTaskWork;
};

constexpr Knob<PingPongOptions> kKnobs[] = {
    knob<&PingPongOptions::pairs, Range{1, 1'000'000}>("pairs", "Pairs of tasks at once.",
                                                       "Tokio's bench: 1000"),
    knob<&PingPongOptions::rounds, Range{1, 1'000'000}>("rounds", "Rounds, one after the other.",
                                                        "ours: long enough to measure"),
    task_work_knob<&PingPongOptions::task_work>()};

Task<void> answer(Event& ping, Event& pong, Work work) {
  co_await ping.wait();
  if (work.ns > 0) [[unlikely]]
    co_await accounted(work);
  pong.set();
}

// The two events correspond to Tokio's two oneshot channels of ().
Task<void> play(Scheduler& scheduler, std::uint32_t& played, Work work) {
  Event ping;
  Event pong;
  Fork<void> partner(scheduler, answer(ping, pong, work));
  if (work.ns > 0) [[unlikely]]
    co_await accounted(work);
  ping.set();
  co_await pong.wait();
  co_await partner.join();
  ++played;
}

Task<void> play_all(Scheduler& scheduler, Tally& played, std::uint32_t pairs, Work work) {
  TaskGroup tasks(scheduler);
  for (std::uint32_t i = 0; i < pairs; ++i) tasks.spawn(play(scheduler, played[i], work));
  co_await tasks.join();
}

class PingPong final : public Workload {
 public:
  static constexpr std::string_view kName = "ping_pong";
  static constexpr std::string_view kQuestion =
      "What does it cost to wake another task and be woken by it?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = PingPongOptions;
  static Options defaults(Size size) {
    return {.pairs = 1'000, .rounds = size == Size::small ? 1u : 1'000u};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  PingPong(const Options& options, const WorkloadSetup&)
      : options_(options), played_(options.pairs) {}

  // As in Tokio's benchmark, one task spawns the pairs, and another one waits for it.
  Task<void> root(Scheduler& scheduler) override {
    for (std::uint32_t round = 0; round < options_.rounds; ++round) {
      Fork<void> players(scheduler, play_all(scheduler, played_, options_.pairs,
                                             to_account(scheduler, options_.task_work)));
      co_await players.join();
    }
  }

  WorkloadResult result() override {
    return {.tasks = std::uint64_t{options_.pairs} * options_.rounds,
            .answer = played_.total(),
            .answer_ok = played_.each_ran(options_.rounds),
            .samples = {}};
  }

 private:
  const Options options_;
  Tally played_;
};

}  // namespace

WorkloadInfo ping_pong_entry() { return workload_info<PingPong>(); }

}  // namespace loopsteal
