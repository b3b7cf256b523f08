// All solutions of the N-queens problem, with one task for each partial board: an irregular tree
// with little work in a node.
#include <atomic>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/queens.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct QueensOptions {
  std::uint32_t n = 8;
  Duration node_work = kEmptyTaskWork;
};

constexpr Knob<QueensOptions> kKnobs[] = {
    knob<&QueensOptions::n, Range{1, kMostQueens}>(
        "n", "Queens, and rows and columns of the board.", "ours"),
    node_work_knob<&QueensOptions::node_work>()};

// Solutions are in the low bits and boards above them, so that a task adds both at once. Enough for
// kMostQueens: fewer than 2^24 solutions and 2^40 boards.
constexpr std::uint32_t kSolutionBits = 24;
constexpr std::uint64_t kOneBoard = std::uint64_t{1} << kSolutionBits;
using PackedCount = std::atomic<std::uint64_t>;

Task<void> place(Scheduler& scheduler, QueensBoard board, std::uint32_t n, Work node,
                 PackedCount& sum) {
  if (node.ns > 0) [[unlikely]]
    co_await accounted(node);
  if (board.rows_left == 0) {
    sum.fetch_add(kOneBoard + 1, std::memory_order_relaxed);  // The join publishes the sum.
    co_return;
  }
  PackedCount below{kOneBoard};
  TaskGroup children(scheduler);
  for (std::uint32_t free = board.free_columns(n); free != 0; free &= free - 1)
    children.spawn(place(scheduler, board.with_queen(free & -free), n, node, below));
  co_await children.join();
  // relaxed, both: the children are joined, and our own parent's join publishes its sum.
  sum.fetch_add(below.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

class NQueens final : public Workload {
 public:
  static constexpr std::string_view kName = "nqueens";
  static constexpr std::string_view kQuestion =
      "How well is an irregular search with tiny nodes spread?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = QueensOptions;
  static Options defaults(Size size) { return {.n = size == Size::small ? 8u : 12u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  NQueens(const Options& options, const WorkloadSetup&) : options_(options) {}

  Task<void> root(Scheduler& scheduler) override {
    const std::uint32_t n = options_.n;
    co_await place(scheduler, QueensBoard::empty(n), n, to_account(scheduler, options_.node_work),
                   sum_);
  }

  WorkloadResult result() override {
    const std::uint64_t sum = sum_.load(std::memory_order_relaxed);  // The run is over.
    const std::uint64_t solutions = sum & (kOneBoard - 1);
    return {.tasks = sum >> kSolutionBits,
            .answer = solutions,
            .answer_ok = solutions == known_solutions(options_.n),
            .samples = {}};
  }

 private:
  const Options options_;
  PackedCount sum_{0};
};

}  // namespace

WorkloadInfo nqueens_entry() { return workload_info<NQueens>(); }

}  // namespace loopsteal
