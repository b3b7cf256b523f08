// Operations of scripted programs: their names and operands. The reader and its error messages use
// one table.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "workloads/script/program.hpp"

namespace loopsteal::script {

/// Type of an operand, and where the reader stores it.
enum class Operand : std::uint8_t {
  none,
  text,
  value,  // A text or an integer.
  ticks,
  length,  // Ticks, not negative.
  count,
  task,
  tasks,
  new_handle,
  handle,
  new_timer,
  timer,
  event,
  lock,
  semaphore,
  queue,
  future,
  ops,  // The first list is the body, then come handler and finally.
  catches,
};

struct Form {
  std::string_view name;
  OpCode code;
  std::array<Operand, 4> operands{};
};

namespace form_detail {
using enum Operand;
inline constexpr Form kForms[] = {
    {"log", OpCode::log, {text}},
    {"yield", OpCode::yield, {}},
    {"sleep", OpCode::sleep, {ticks}},
    {"compute", OpCode::compute, {length}},
    {"spawn", OpCode::spawn, {task, new_handle}},
    {"join", OpCode::join, {handle}},
    {"cancel", OpCode::cancel, {handle}},
    {"call_soon", OpCode::call_soon, {text}},
    {"call_later", OpCode::call_later, {ticks, text, new_timer}},
    {"call_at", OpCode::call_at, {ticks, text, new_timer}},
    {"cancel_timer", OpCode::cancel_timer, {timer}},
    {"event_wait", OpCode::event_wait, {event}},
    {"event_set", OpCode::event_set, {event}},
    {"event_clear", OpCode::event_clear, {event}},
    {"acquire", OpCode::acquire, {lock}},
    {"release", OpCode::release, {lock}},
    {"sem_acquire", OpCode::sem_acquire, {semaphore}},
    {"sem_release", OpCode::sem_release, {semaphore}},
    {"put", OpCode::put, {queue, value}},
    {"get", OpCode::get, {queue}},
    {"future_wait", OpCode::future_wait, {future}},
    {"future_set", OpCode::future_set, {future, value}},
    {"gather", OpCode::gather, {tasks}},
    {"task_group", OpCode::task_group, {tasks}},
    {"wait_for", OpCode::wait_for, {ticks, task}},
    {"timeout", OpCode::timeout, {ticks, ops}},
    {"repeat", OpCode::repeat, {count, ops}},
    {"try", OpCode::try_, {ops, catches, ops, ops}},
    {"raise", OpCode::raise, {text}},
    {"return", OpCode::return_, {}},
    {"stop", OpCode::stop, {}},
};

}  // namespace form_detail
using form_detail::kForms;

inline constexpr std::pair<std::string_view, Catches> kCatches[] = {
    {"error", Catches::error},
    {"timeout", Catches::timeout},
    {"cancelled", Catches::cancelled},
    {"any", Catches::any}};

}  // namespace loopsteal::script
