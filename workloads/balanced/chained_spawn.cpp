// Tokio's benchmark of the same name: a task starts the next one and ends, a thousand times over.
// There is never more than one task to run.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/chain.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct ChainOptions {
  std::uint32_t links = 1'000;
  std::uint32_t rounds = 1;
  Duration task_work = kEmptyTaskWork;
};

constexpr Knob<ChainOptions> kKnobs[] = {
    knob<&ChainOptions::links, Range{1, 100'000'000}>("links", "Tasks in a chain.",
                                                      "Tokio's bench: 1000"),
    knob<&ChainOptions::rounds, Range{1, 1'000'000}>("rounds", "Chains, one after the other.",
                                                     "ours: long enough to measure"),
    task_work_knob<&ChainOptions::task_work>()};

class ChainedSpawn final : public Workload {
 public:
  static constexpr std::string_view kName = "chained_spawn";
  static constexpr std::string_view kQuestion =
      "How long does it take from starting a task to its start, when nothing else is to do?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = ChainOptions;
  static Options defaults(Size size) {
    // Not more: loops that pass each link on to the next loop take 30 µs per link.
    return {.links = 1'000, .rounds = size == Size::small ? 5u : 100u};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  ChainedSpawn(const Options& options, const WorkloadSetup&) : options_(options) {}

  Task<void> root(Scheduler& scheduler) override {
    work_ = to_account(scheduler, options_.task_work);
    for (std::uint32_t round = 0; round < options_.rounds; ++round) {
      Chain chain(scheduler);
      chain.tasks.spawn(link(chain, options_.links));
      co_await chain.ended.wait();
      co_await chain.tasks.join();
    }
  }

  WorkloadResult result() override {
    const std::uint64_t expected = std::uint64_t{options_.links} * options_.rounds;
    return {.tasks = expected, .answer = ran_, .answer_ok = ran_ == expected, .samples = {}};
  }

 private:
  Task<void> link(Chain& chain, std::uint32_t left) {
    if (left == 0) {
      chain.ended.set();
      co_return;
    }
    if (work_.ns > 0) [[unlikely]]
      co_await accounted(work_);
    ++ran_;  // Links run one after the other.
    chain.tasks.spawn(link(chain, left - 1));
  }

  const Options options_;
  Work work_;
  std::uint64_t ran_ = 0;
};

}  // namespace

WorkloadInfo chained_spawn_entry() { return workload_info<ChainedSpawn>(); }

}  // namespace loopsteal
