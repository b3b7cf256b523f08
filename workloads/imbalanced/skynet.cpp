// Skynet (github.com/atemerev/skynet): a task starts ten, each of them starts ten more, until there
// are a million leaves. Each leaf returns its number, and every other task the sum of its ten.
#include <array>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

constexpr std::uint64_t kChildren = 10;

struct SkynetOptions {
  std::uint32_t levels = 3;
  Duration node_work = kEmptyTaskWork;
};

constexpr Knob<SkynetOptions> kKnobs[] = {
    knob<&SkynetOptions::levels, Range{1, 8}>("levels", "Levels below the root: 10^levels leaves.",
                                              "skynet: 6, a million leaves"),
    node_work_knob<&SkynetOptions::node_work>()};

constexpr std::uint64_t power_of_ten(std::uint32_t exponent) noexcept {
  std::uint64_t power = 1;
  for (std::uint32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// A separate coroutine: a million leaves exist at once under a scheduler that goes level by level,
// and its frame is a fraction of sum_leaves()'s.
Task<void> leaf(std::uint64_t number, Work node, std::uint64_t& sum) {
  if (node.ns > 0) [[unlikely]]
    co_await accounted(node);
  sum = number;
}

// The subtree with the leaves `first` to `first + leaves - 1`.
Task<void> sum_leaves(Scheduler& scheduler, std::uint64_t first, std::uint64_t leaves, Work node,
                      std::uint64_t& sum) {
  if (node.ns > 0) [[unlikely]]
    co_await accounted(node);
  std::array<std::uint64_t, kChildren> sums;
  TaskGroup children(scheduler);
  const std::uint64_t share = leaves / kChildren;
  for (std::uint64_t i = 0; i < kChildren; ++i) {
    const std::uint64_t first_of_child = first + i * share;
    children.spawn(share == 1 ? leaf(first_of_child, node, sums[i])
                              : sum_leaves(scheduler, first_of_child, share, node, sums[i]));
  }
  co_await children.join();
  sum = 0;
  for (const std::uint64_t part : sums) sum += part;
}

class Skynet final : public Workload {
 public:
  static constexpr std::string_view kName = "skynet";
  static constexpr std::string_view kQuestion =
      "How fast does a tree of a million empty tasks grow out of one, and spread?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = SkynetOptions;
  static Options defaults(Size size) { return {.levels = size == Size::small ? 3u : 6u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  Skynet(const Options& options, const WorkloadSetup&) : options_(options) {}

  Task<void> root(Scheduler& scheduler) override {
    const std::uint64_t leaves = power_of_ten(options_.levels);
    co_await sum_leaves(scheduler, 0, leaves, to_account(scheduler, options_.node_work), answer_);
  }

  WorkloadResult result() override {
    const std::uint64_t leaves = power_of_ten(options_.levels);
    return {.tasks = (leaves * kChildren - 1) / (kChildren - 1),
            .answer = answer_,
            .answer_ok = answer_ == leaves * (leaves - 1) / 2,
            .samples = {}};
  }

 private:
  const Options options_;
  std::uint64_t answer_ = 0;
};

}  // namespace

WorkloadInfo skynet_entry() { return workload_info<Skynet>(); }

}  // namespace loopsteal
