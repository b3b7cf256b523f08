// Unbalanced Tree Search: counts the nodes of a tree that nobody can cut into equal parts
// beforehand; see support/uts_tree.hpp. A node that has children is a task.
#include <atomic>

#include "sched/core/task_group.hpp"
#include "sched/core/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"
#include "workloads/support/uts_options.hpp"

namespace loopsteal {
namespace {

class Uts final : public Workload {
 public:
  static constexpr std::string_view kName = "uts";
  static constexpr std::string_view kQuestion =
      "How well is a search spread whose shape only shows while it runs?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = UtsOptions;
  static Options defaults(Size size) {
    if (size == Size::full) return {};
    return {.tree = "small"};
  }
  static std::span<const Knob<Options>> knobs() { return uts_knobs(); }

  // Of trees that somebody has counted, as long as every node is a task of its own.
  static std::optional<WorkSpan> work_span(const Options& options) {
    const bool tasks = options.leaves != UtsLeaves::inlined || options.work > Duration::zero();
    for (const NamedUtsTree& named : named_uts_trees()) {
      if (!tasks || named.depth == 0 || named.parameters != parameters_of(options)) continue;
      const Duration node = options.work + options.node_work;
      const auto nodes = static_cast<std::int64_t>(named.nodes);
      if (node.count() > (std::int64_t{1} << 62) / nodes) return std::nullopt;
      return WorkSpan{node * nodes, node * (named.depth + 1)};
    }
    return std::nullopt;
  }

  Uts(const Options& options, const WorkloadSetup&)
      : options_(options), parameters_(parameters_of(options)), tree_(parameters_) {}

  Task<void> root(Scheduler& scheduler) override {
    leaves_are_tasks_ = options_.leaves == UtsLeaves::tasks || options_.work > Duration::zero() ||
                        (options_.leaves == UtsLeaves::by_time && scheduler.virtual_time());
    node_work_ = to_account(scheduler, options_.node_work);
    const UtsNode node = tree_.root();
    return visit(scheduler, node, tree_.children(node), nodes_);
  }

  WorkloadResult result() override {
    const std::uint64_t nodes = nodes_.load(std::memory_order_relaxed);  // The run is over.
    return {.tasks = nodes, .answer = nodes, .answer_ok = is_right(nodes), .samples = {}};
  }

 private:
  using Count = std::atomic<std::uint64_t>;

  // Adds the nodes of the subtree at `node`, which has `children`, to `sum`. relaxed, here and
  // below: whoever reads a sum has joined the tasks that added to it.
  // What the node itself takes comes first: only then there are children to be begun.
  Task<void> visit(Scheduler& scheduler, UtsNode node, std::int32_t children, Count& sum) {
    if (has_work()) co_await compute(Work::of(options_.work));
    if (node_work_.ns > 0) co_await accounted(node_work_);
    Count below{1};
    std::int32_t inlined = 0;
    TaskGroup tasks(scheduler);
    for (std::int32_t i = 0; i < children; ++i)
      inlined += !spawn_child(scheduler, tasks, node, i, below);
    if (inlined > 0 && node_work_.ns > 0) co_await accounted(Work{inlined * node_work_.ns});
    co_await tasks.join();
    below.fetch_add(static_cast<std::uint64_t>(inlined), std::memory_order_relaxed);
    sum.fetch_add(below.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }

  // A coroutine of its own, since its frame is a fraction of visit()'s and most nodes are leaves.
  Task<void> visit_leaf(Count& sum) {
    if (has_work()) co_await compute(Work::of(options_.work));
    if (node_work_.ns > 0) co_await accounted(node_work_);
    sum.fetch_add(1, std::memory_order_relaxed);
  }

  // Grows a child. False: it is none that is worth a task, and its parent is to count it.
  bool spawn_child(Scheduler& scheduler, TaskGroup& tasks, const UtsNode& parent,
                   std::int32_t index, Count& sum) {
    const UtsNode child = UtsTree::child(parent, index);
    const std::int32_t children = tree_.children(child);
    if (children == 0 && !leaves_are_tasks_) return false;
    tasks.spawn(children > 0 ? visit(scheduler, child, children, sum) : visit_leaf(sum));
    return true;
  }

  [[nodiscard]] bool has_work() const noexcept { return options_.work > Duration::zero(); }

  [[nodiscard]] bool is_right(std::uint64_t nodes) const {
    for (const NamedUtsTree& named : named_uts_trees()) {
      if (named.parameters == parameters_) return nodes == named.nodes;
    }
    // Counted again where nobody has published it, and no further than needed to see a difference.
    return nodes == count_serially(tree_, nodes + 1).nodes;
  }

  const Options options_;
  const UtsParameters parameters_;
  const UtsTree tree_;
  bool leaves_are_tasks_ = false;
  Work node_work_;
  Count nodes_{0};
};

}  // namespace

WorkloadInfo uts_entry() { return workload_info<Uts>(); }

}  // namespace loopsteal
