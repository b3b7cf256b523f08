// Unbalanced Tree Search: counts the nodes of a tree that cannot be cut into equal parts
// beforehand; see support/uts_tree.hpp. A node that has children is a task.
#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"
#include "workloads/support/uts_options.hpp"

namespace loopsteal {
namespace {

constexpr std::int32_t kGrownAtOnce = 8;

// Numbers of nodes below each child of a node. A child writes only its own count, so counting needs
// no atomic; the parent sums up after it has joined all children.
class UtsCounts {
 public:
  explicit UtsCounts(std::int32_t size) : size_(size) {
    if (size > kFew) many_ = std::make_unique<std::uint64_t[]>(static_cast<std::size_t>(size));
  }

  [[nodiscard]] std::int32_t size() const noexcept { return size_; }

  [[nodiscard]] std::uint64_t& operator[](std::int32_t child) noexcept { return data()[child]; }

  [[nodiscard]] std::uint64_t sum() noexcept {
    return std::accumulate(data(), data() + size_, std::uint64_t{0});
  }

 private:
  static constexpr std::int32_t kFew = 16;  // In geometric trees, one node in forty has more.

  [[nodiscard]] std::uint64_t* data() noexcept { return many_ ? many_.get() : few_.data(); }

  std::int32_t size_;
  std::unique_ptr<std::uint64_t[]> many_;
  std::array<std::uint64_t, kFew> few_;  // Each child writes its own element.
};

// A leaf without work of its own. Most tasks of a run on threads are such leaves, and without a
// wait the frame is half as large.
Task<void> count_leaf(std::uint64_t& nodes) {
  nodes = 1;
  co_return;
}

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

  // Only for trees whose size is known, and if every node is a task of its own.
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
    leaves_take_time_ = has_work() || node_work_.ns > 0;
    const UtsNode node = tree_.root();
    return visit(scheduler, node, tree_.children(node), nodes_);
  }

  WorkloadResult result() override {
    return {.tasks = nodes_, .answer = nodes_, .answer_ok = is_right(nodes_), .samples = {}};
  }

 private:
  // Sets `nodes` to the number of nodes in the subtree at `node`, which has `children`. The node's
  // own work comes first; only then do its children exist.
  Task<void> visit(Scheduler& scheduler, UtsNode node, std::int32_t children,
                   std::uint64_t& nodes) {
    if (has_work()) co_await compute(Work::of(options_.work));
    if (node_work_.ns > 0) [[unlikely]]
      co_await accounted(node_work_);
    UtsCounts below(children);
    TaskGroup tasks(scheduler);
    const std::int32_t inlined = spawn_children(scheduler, tasks, node, below);
    if (inlined > 0 && node_work_.ns > 0) co_await accounted(Work{inlined * node_work_.ns});
    co_await tasks.join();
    nodes = 1 + below.sum();
  }

  // A separate coroutine, since its frame is a fraction of visit()'s and most nodes are leaves.
  Task<void> visit_leaf(std::uint64_t& nodes) {
    if (has_work()) co_await compute(Work::of(options_.work));
    if (node_work_.ns > 0) [[unlikely]]
      co_await accounted(node_work_);
    nodes = 1;
  }

  // Returns the number of children that were too small for a task and are counted already. Several
  // children are grown together, so that the processor overlaps their hashes.
  std::int32_t spawn_children(Scheduler& scheduler, TaskGroup& tasks, const UtsNode& parent,
                              UtsCounts& below) {
    std::array<Sha1Digest, kGrownAtOnce> grown;
    std::int32_t inlined = 0;
    for (std::int32_t first = 0; first < below.size(); first += kGrownAtOnce) {
      const std::int32_t count = std::min(kGrownAtOnce, below.size() - first);
      UtsTree::grow(parent, first, std::span(grown).first(static_cast<std::size_t>(count)));
      for (std::int32_t i = 0; i < count; ++i) {
        const UtsNode child{grown[static_cast<std::size_t>(i)], parent.depth + 1};
        inlined += !spawn_child(scheduler, tasks, child, below[first + i]);
      }
    }
    return inlined;
  }

  // Returns false if `child` is too small for a task; then it is already counted.
  bool spawn_child(Scheduler& scheduler, TaskGroup& tasks, const UtsNode& child,
                   std::uint64_t& nodes) {
    const std::int32_t children = tree_.children(child);
    if (children > 0) {
      tasks.spawn(visit(scheduler, child, children, nodes));
    } else if (leaves_are_tasks_) {
      tasks.spawn(leaves_take_time_ ? visit_leaf(nodes) : count_leaf(nodes));
    } else {
      nodes = 1;
      return false;
    }
    return true;
  }

  [[nodiscard]] bool has_work() const noexcept { return options_.work > Duration::zero(); }

  [[nodiscard]] bool is_right(std::uint64_t nodes) const {
    for (const NamedUtsTree& named : named_uts_trees()) {
      if (named.parameters == parameters_) return nodes == named.nodes;
    }
    // Counted again if the size is not published, and no further than needed to see a difference.
    return nodes == count_serially(tree_, nodes + 1).nodes;
  }

  const Options options_;
  const UtsParameters parameters_;
  const UtsTree tree_;
  bool leaves_are_tasks_ = false;
  bool leaves_take_time_ = false;
  Work node_work_;
  std::uint64_t nodes_ = 0;
};

}  // namespace

WorkloadInfo uts_entry() { return workload_info<Uts>(); }

}  // namespace loopsteal
