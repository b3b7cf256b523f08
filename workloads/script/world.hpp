// A running scripted program: its tasks and all its named objects, on a loop.
#pragma once
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sched/asyncio/asyncio.hpp"
#include "workloads/script/program.hpp"
#include "workloads/script/trace.hpp"
#include "workloads/script/words.hpp"

namespace loopsteal::script {

/// Exception of `raise`.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "TypeName: text", as Python would print the exception.
[[nodiscard]] std::string describe(const std::exception_ptr& error);

struct WorldOptions {
  Words words = Words::asyncio;
  Duration tick = std::chrono::milliseconds(1);
};

/// A misuse, found when the program did it.
struct Misuse {
  std::string place;
  std::string sentence;
};

/// One run of a program. `program`, `loop` and `trace` outlive it; it outlives the tasks. Only
/// entries of the loop use it.
class World {
 public:
  /// `trace` null: no trace is written.
  World(const Program& program, asyncio::Loop& loop, const WorldOptions& options, Trace* trace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Makes the main task ready.
  asyncio::Task<void> start();

  /// From now on nothing is traced, and a task ends at its next operation.
  void end() noexcept { over_ = true; }
  /// The program has come to an operation that it must not do, and is over. Calls `misused`.
  void misuse(const Op& op, std::string sentence);
  std::function<void()> misused;

  [[nodiscard]] const std::optional<Misuse>& found() const noexcept { return misuse_; }
  [[nodiscard]] std::uint64_t operations() const noexcept { return operations_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
  [[nodiscard]] std::int64_t ticks() const noexcept;

 private:
  /// How a list of operations ended.
  enum class Flow : std::uint8_t { next, returned };

  // ---- Interpreting (interpreter.cpp)
  // -------------------------------------------------------------

  [[nodiscard]] asyncio::Task<void> start_task(NameId task);
  [[nodiscard]] asyncio::Coroutine<void> body(NameId task);
  asyncio::Coroutine<void> run_task(NameId task, std::string self);
  asyncio::Coroutine<Flow> run(const Ops& ops, const std::string& self);
  void act(const Op& op, const std::string& self);
  [[nodiscard]] asyncio::Coroutine<void> wait(const Op& op, const std::string& self);
  [[nodiscard]] asyncio::Coroutine<Flow> nest(const Op& op, const std::string& self);
  asyncio::Coroutine<Flow> repeat(const Op& op, const std::string& self);
  asyncio::Coroutine<Flow> within(const Op& op, const std::string& self);
  asyncio::Coroutine<Flow> try_catch(const Op& op, const std::string& self);
  asyncio::Coroutine<void> compute_for(Duration duration);
  [[nodiscard]] asyncio::Coroutine<void> wait_in_tokios_words(const Op& op,
                                                              const std::string& self);
  asyncio::Coroutine<void> receive(const Op& op);
  asyncio::Coroutine<void> join(const Op& op);
  asyncio::Coroutine<void> gather(const Op& op);
  asyncio::Coroutine<void> group(const Op& op);
  asyncio::Coroutine<void> get(const Op& op, const std::string& self);
  static asyncio::Coroutine<void> await(asyncio::Future<void> future);

  // ---- Names
  // --------------------------------------------------------------------------------------

  void cancel(const Op& op);
  void set_timer(const Op& op, TimePoint when);
  /// True if the cancellation would come back to where it began.
  [[nodiscard]] bool waits_in_a_circle(asyncio::detail::FutureBase* task) const;

  void tell(std::string_view task, std::string_view text);
  /// The ticks of `op`. If they lead beyond the longest time of a program, this is a misuse of
  /// `op`, and the result is 0.
  [[nodiscard]] Duration duration(const Op& op);

  /// The future that a task awaits, and the one that its cancellation would cancel.
  struct Wait {
    asyncio::detail::FutureBase* awaited;
    std::vector<asyncio::detail::FutureBase*> cancelled_with_it;
  };
  /// Records a wait for as long as the object exists.
  class NotedWait;

  const Program& program_;
  asyncio::Loop& loop_;
  const Words words_;
  const Duration tick_;
  const Budget budget_;
  Trace* const trace_;
  const TimePoint began_;
  bool over_ = false;
  std::optional<Misuse> misuse_;
  std::uint64_t operations_ = 0;
  std::uint64_t lines_ = 0;

  std::vector<std::uint32_t> starts_;  ///< Of each task, so far.
  std::vector<std::optional<asyncio::Task<void>>> handles_;
  std::vector<std::optional<asyncio::Handle>> timers_;
  std::deque<AnyEvent> events_;
  std::deque<asyncio::Lock> locks_;
  std::deque<AnySemaphore> semaphores_;
  std::deque<AnyQueue> queues_;
  std::vector<asyncio::Future<void>> futures_;
  std::vector<bool> received_;  ///< By future, in Tokio's dialect: a task has the value.
  std::unordered_map<asyncio::detail::FutureBase*, Wait> waits_;
};

}  // namespace loopsteal::script
