// A scripted program, read and checked; docs/scripts.md describes the language.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sched/core/config/spec.hpp"

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

/// Exceptions that the handler of a `try` catches.
enum class Catches : std::uint8_t { error, timeout, cancelled, any };

/// Number of a name among those of its kind.
using NameId = std::uint32_t;

/// One operation. Fields that an operation does not have are empty.
struct Op {
  OpCode code{};
  Catches catches{};
  NameId name = 0;          ///< A handle, timer, event, lock, semaphore, queue or future.
  std::int64_t number = 0;  ///< Ticks, or repetitions.
  std::string text;         ///< Text to log or raise; a value as it is printed.
  std::vector<NameId> tasks;
  std::vector<Op> body, handler, finally;
  std::string place;  ///< JSON pointer in its file: "/tasks/main/3/1/0".
};
using Ops = std::vector<Op>;

struct ScriptTask {
  std::string name;
  Ops ops;
};

struct Program {
  std::vector<ScriptTask> tasks;
  NameId main = 0;
  std::vector<std::uint64_t> queues;      ///< Capacity of each; 0: unbounded.
  std::vector<std::uint64_t> semaphores;  ///< Initial permits of each.
  // Indexed by NameId, for messages.
  std::vector<std::string> handles, timers, events, locks, futures;
};

/// True if the program may stop its loop; then the caller has to start the loop again.
[[nodiscard]] bool stops(const Program& program) noexcept;

/// The text is not a program. `place`: JSON pointer of the operation; empty if the text is not
/// JSON.
class ProgramError : public SpecError {
 public:
  ProgramError(const std::string& sentence, std::string place)
      : SpecError(sentence), place_(std::move(place)) {}
  [[nodiscard]] const std::string& place() const noexcept { return place_; }

 private:
  std::string place_;
};

/// Reads a program. Throws ProgramError, which begins with `source` and says where the mistake is
/// and how to fix it: a line and column if the text is not JSON, a JSON pointer if it is not a
/// program.
[[nodiscard]] Program parse_program(std::string_view text, const std::string& source);

/// Reads a program from a file. Throws SpecError if the file cannot be read.
[[nodiscard]] Program read_program_file(const std::string& path);

}  // namespace loopsteal::script
