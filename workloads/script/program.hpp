// A scripted program: what docs/scripts.md describes, read and checked.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sched/core/spec.hpp"

namespace loopsteal::script {

enum class OpCode : std::uint8_t {
  log,
  yield,
  sleep,
  compute,
  spawn,
  join,
  cancel,
  call_soon,
  call_later,
  call_at,
  cancel_timer,
  event_wait,
  event_set,
  event_clear,
  acquire,
  release,
  sem_acquire,
  sem_release,
  put,
  get,
  future_wait,
  future_set,
  gather,
  task_group,
  wait_for,
  timeout,
  repeat,
  try_,
  raise,
  return_,
  stop,
};

/// Which exceptions the handler of a `try` is for.
enum class Catches : std::uint8_t { error, timeout, cancelled, any };

/// The number of a name among those of its kind.
using NameId = std::uint32_t;

/// One operation. What an operation does not have is empty.
struct Op {
  OpCode code{};
  Catches catches{};
  NameId name = 0;          ///< A handle, timer, event, lock, semaphore, queue or future.
  std::int64_t number = 0;  ///< Ticks, or how often.
  std::string text;         ///< To be logged or raised; a value as it is printed.
  std::vector<NameId> tasks;
  std::vector<Op> body, handler, finally;
  std::string place;  ///< In its file, as a JSON pointer: "/tasks/main/3/1/0".
};
using Ops = std::vector<Op>;

struct ScriptTask {
  std::string name;
  Ops ops;
};

struct Program {
  std::vector<ScriptTask> tasks;
  NameId main = 0;
  std::vector<std::uint64_t> queues;      ///< How much each holds; 0: any number.
  std::vector<std::uint64_t> semaphores;  ///< With how many permits each begins.
  // By their numbers, for messages.
  std::vector<std::string> handles, timers, events, locks, futures;
};

/// Whether the program asks for its loop to be stopped, which then somebody has to start again.
[[nodiscard]] bool stops(const Program& program) noexcept;

/// A text that is no program. `place`: of the operation, as a JSON pointer; empty where it is not
/// JSON.
class ProgramError : public SpecError {
 public:
  ProgramError(const std::string& sentence, std::string place)
      : SpecError(sentence), place_(std::move(place)) {}
  [[nodiscard]] const std::string& place() const noexcept { return place_; }

 private:
  std::string place_;
};

/// Reads a program. Throws ProgramError that begins with `source` and says where the mistake is and
/// how to mend it: a line and column where it is not JSON, a JSON pointer where it is no program.
[[nodiscard]] Program parse_program(std::string_view text, const std::string& source);

/// The same from a file. Throws SpecError if it cannot be read.
[[nodiscard]] Program read_program_file(const std::string& path);

}  // namespace loopsteal::script
