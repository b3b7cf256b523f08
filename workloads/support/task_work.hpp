// The work of tasks that have next to none, for virtual time.
//
// Real threads need no telling: adding two numbers takes as long as it takes. In virtual time code
// takes none unless it is accounted() for, and a run of empty tasks would be over at once. So these
// workloads have a knob that says what a task takes there: `node_work` where tasks are the nodes of
// a tree, `task_work` elsewhere.
#pragma once
#include <string_view>

#include "sched/core/knobs.hpp"
#include "sched/core/scheduler.hpp"
#include "workloads/support/entry.hpp"

namespace loopsteal {

/// What an almost empty task takes where nothing else is said.
inline constexpr Duration kEmptyTaskWork{10};

inline constexpr std::string_view kTaskWorkOrigin = "ours: some dozens of instructions";

/// What a task has to account for: `work` in virtual time, none on threads. Then
/// `if (work.ns > 0) [[unlikely]] co_await accounted(work);` costs threads nothing that can be
/// measured, while an await that does not wait would be a twentieth of the smallest task. Unlikely,
/// since it is on threads that a jump more is seen.
[[nodiscard]] inline Work to_account(const Scheduler& scheduler, Duration work) noexcept {
  return scheduler.virtual_time() ? Work::of(work) : Work{};
}

/// The knob for a Duration of an Options struct.
template <auto Member>
constexpr auto node_work_knob() {
  return knob<Member, Range{0, kHourNs}>(
      "node_work", "What a node takes in virtual time; no effect on threads.", kTaskWorkOrigin);
}
template <auto Member>
constexpr auto task_work_knob() {
  return knob<Member, Range{0, kHourNs}>(
      "task_work",
      "What a task takes in virtual time each time that it runs; no effect on threads.",
      kTaskWorkOrigin);
}

}  // namespace loopsteal
