// Virtual-time work of tasks that have almost none.
//
// On real threads, adding two numbers takes its own time. In virtual time code takes none unless it
// is accounted() for, and a run of empty tasks would be over at once. So these workloads have a
// knob for the time of a task: `node_work` if tasks are the nodes of a tree, `task_work` otherwise.
// a tree, `task_work` elsewhere.
#pragma once
#include <string_view>

#include "sched/core/config/knobs.hpp"
#include "sched/core/scheduler.hpp"
#include "workloads/support/entry.hpp"

namespace loopsteal {

/// Default time of an almost empty task.
inline constexpr Duration kEmptyTaskWork{10};

inline constexpr std::string_view kTaskWorkOrigin = "ours: some dozens of instructions";

/// Work that a task has to account for: `work` in virtual time, none on threads. With it,
/// `if (work.ns > 0) [[unlikely]] co_await accounted(work);` costs threads no measurable time,
/// while an await that does not wait would be a twentieth of the smallest task. Unlikely, since
/// only threads notice an extra jump.
[[nodiscard]] inline Work to_account(const Scheduler& scheduler, Duration work) noexcept {
  return scheduler.virtual_time() ? Work::of(work) : Work{};
}

/// Knob for a Duration of an Options struct.
template <auto Member>
constexpr auto node_work_knob() {
  return knob<Member, Range{0, kHourNs}>(
      "node_work", "Virtual time of a node; no effect on threads.", kTaskWorkOrigin);
}
template <auto Member>
constexpr auto task_work_knob() {
  return knob<Member, Range{0, kHourNs}>(
      "task_work", "Virtual time of a task each time that it runs; no effect on threads.",
      kTaskWorkOrigin);
}

}  // namespace loopsteal
