// Fibonacci numbers by naive recursion, with one task for each second call: the usual measure of
// the cost of fork and join.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/spawn.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct FibOptions {
  std::uint32_t n = 15;
  Duration node_work = kEmptyTaskWork;
};

constexpr Knob<FibOptions> kKnobs[] = {
    knob<&FibOptions::n, Range{0, 45}>("n", "Which Fibonacci number.", "ours"),
    node_work_knob<&FibOptions::node_work>()};

std::uint64_t fibonacci(std::uint32_t n) noexcept {
  std::uint64_t current = 0;
  std::uint64_t next = 1;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t sum = current + next;
    current = next;
    next = sum;
  }
  return current;
}

// Forks one branch and calls the other: two calls for one task, as in the peers' benchmarks.
Task<std::uint64_t> fork_fibonacci(Scheduler& scheduler, std::uint32_t n, Work node) {
  if (node.ns > 0) [[unlikely]]
    co_await accounted(node);
  if (n < 2) co_return n;
  Fork<std::uint64_t> left(scheduler, fork_fibonacci(scheduler, n - 1, node));
  const std::uint64_t right = co_await fork_fibonacci(scheduler, n - 2, node);
  const std::uint64_t forked = co_await left.join();
  co_return forked + right;
}

class ForkJoin final : public Workload {
 public:
  static constexpr std::string_view kName = "fork_join";
  static constexpr std::string_view kQuestion =
      "What does it cost to fork a task and join it, with almost no work in it?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = FibOptions;
  static Options defaults(Size size) { return {.n = size == Size::small ? 15u : 28u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  ForkJoin(const Options& options, const WorkloadSetup&) : options_(options) {}

  Task<void> root(Scheduler& scheduler) override {
    answer_ =
        co_await fork_fibonacci(scheduler, options_.n, to_account(scheduler, options_.node_work));
  }

  WorkloadResult result() override {
    // Calls of the recursion: F(n + 1) leaves, and one inner call less.
    return {.tasks = 2 * fibonacci(options_.n + 1) - 1,
            .answer = answer_,
            .answer_ok = answer_ == fibonacci(options_.n),
            .samples = {}};
  }

 private:
  const Options options_;
  std::uint64_t answer_ = 0;
};

}  // namespace

WorkloadInfo fork_join_entry() { return workload_info<ForkJoin>(); }

}  // namespace loopsteal
