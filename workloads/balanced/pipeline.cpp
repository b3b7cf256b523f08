// Items pass through a row of tasks. Each task does a little work and passes the item on through a
// bounded channel.
#include <memory>
#include <vector>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/sync/channel.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct PipelineOptions {
  std::uint32_t stages = 4;
  std::uint32_t items = 1'000;
  std::uint32_t capacity = 16;
  Duration work = std::chrono::microseconds(1);
  Duration task_work{};
};

constexpr Knob<PipelineOptions> kKnobs[] = {
    knob<&PipelineOptions::stages, Range{1, 10'000}>("stages", "Tasks in the row.", "ours"),
    knob<&PipelineOptions::items, Range{1, 100'000'000}>("items", "Items sent through.", "ours"),
    knob<&PipelineOptions::capacity, Range{1, 1'000'000}>(
        "capacity", "Items that a channel holds before its sender waits.", "ours"),
    knob<&PipelineOptions::work, Range{0, kHourNs}>("work", "CPU work on an item in a stage.",
                                                    "ours"),
    knob<&PipelineOptions::task_work, Range{0, kHourNs}>(
        "task_work",
        "Virtual time to send an item through one channel, besides the switching of tasks; no "
        "effect on threads.",
        kTaskWorkOrigin)};

using Items = Channel<std::uint64_t>;

Task<void> produce(Items& to, std::uint32_t items) {
  for (std::uint64_t i = 0; i < items; ++i) {
    const bool sent = co_await to.send(i);
    if (!sent) co_return;
  }
  to.close();
}

// Stage `number` adds its number, so the sum shows if an item skipped a stage.
Task<void> stage(Items& from, Items& to, std::uint64_t number, Work work, Work task_work) {
  while (true) {
    const std::optional<std::uint64_t> item = co_await from.receive();
    if (!item) break;
    if (task_work.ns > 0) [[unlikely]]
      co_await accounted(task_work);
    co_await compute(work);
    const bool sent = co_await to.send(*item + number);
    if (!sent) co_return;
  }
  to.close();
}

class Pipeline final : public Workload {
 public:
  static constexpr std::string_view kName = "pipeline";
  static constexpr std::string_view kQuestion =
      "What does handing items from task to task cost, and do the stages run side by side?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = PipelineOptions;
  static Options defaults(Size size) { return {.items = size == Size::small ? 1'000u : 100'000u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  Pipeline(const Options& options, const WorkloadSetup&) : options_(options) {
    for (std::uint32_t i = 0; i <= options.stages; ++i)
      channels_.push_back(std::make_unique<Items>(options.capacity));
  }

  Task<void> root(Scheduler& scheduler) override {
    const Work task_work = to_account(scheduler, options_.task_work);
    TaskGroup tasks(scheduler);
    tasks.spawn(produce(*channels_.front(), options_.items));
    for (std::uint32_t i = 0; i < options_.stages; ++i)
      tasks.spawn(
          stage(*channels_[i], *channels_[i + 1], i + 1, Work::of(options_.work), task_work));
    co_await consume(*channels_.back(), task_work);
    co_await tasks.join();
  }

  WorkloadResult result() override {
    const std::uint64_t items = options_.items;
    const std::uint64_t stages = options_.stages;
    const std::uint64_t expected = items * (items - 1) / 2 + items * (stages * (stages + 1) / 2);
    return {.tasks = items * stages,
            .answer = sum_,
            .answer_ok = sum_ == expected && in_order_,
            .samples = {}};
  }

 private:
  Task<void> consume(Items& from, Work task_work) {
    const std::uint64_t added = std::uint64_t{options_.stages} * (options_.stages + 1) / 2;
    for (std::uint64_t i = 0;; ++i) {
      const std::optional<std::uint64_t> item = co_await from.receive();
      if (!item) co_return;
      if (task_work.ns > 0) [[unlikely]]
        co_await accounted(task_work);
      in_order_ = in_order_ && *item == i + added;
      sum_ += *item;
    }
  }

  const Options options_;
  std::vector<std::unique_ptr<Items>> channels_;
  std::uint64_t sum_ = 0;
  bool in_order_ = true;
};

}  // namespace

WorkloadInfo pipeline_entry() { return workload_info<Pipeline>(); }

}  // namespace loopsteal
