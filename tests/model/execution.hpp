// One run of a model test's body, and the choices made in it. Internal to the explorer.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/model/explore.hpp"
#include "tests/model/fiber.hpp"

namespace loopsteal::model {

/// Runs the body, again and again, each time with other choices; see explore.hpp for what they are.
/// All members but run(), advance(), follow() and those that report are for the running thread.
class Execution {
 public:
  explicit Execution(const Limits& limits) : limits_(limits) {}
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// The one that runs. There is one exploration at a time.
  static Execution& current();

  /// Runs `body` from the beginning. After a failure no more runs are possible.
  void run(const std::function<void()>& body);

  /// Moves on to the next schedule, in depth-first order. False: there is none.
  bool advance();

  /// Makes the first run take the choices of `schedule`, and trace.
  void follow(std::string_view schedule);

  [[nodiscard]] std::string schedule() const;
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] const std::string& trace() const { return trace_; }

  void point();
  std::size_t choose_age(std::size_t count);
  [[noreturn]] void stop_with(const std::string& what);

  std::size_t start(std::function<void()> body);
  void join(std::size_t thread);
  void block_on(const void* what);  ///< Returns after a wake() of the same.
  void wake(const void* what);

  [[nodiscard]] std::size_t running() const { return running_; }
  Knowledge& knowledge() { return threads_[running_].knowledge; }
  std::uint32_t next_object_number() { return objects_++; }
  [[nodiscard]] bool tracing() const { return tracing_; }
  void note(const std::string& what) {
    trace_ += "thread " + std::to_string(running_) + ": " + what + '\n';
  }

 private:
  enum class State : std::uint8_t { unused, ready, blocked, finished };

  struct ModelThread {
    Fiber fiber;
    State state = State::unused;
    const void* waits_for = nullptr;
    bool fresh = false;  ///< Has done nothing yet, so switching away would be no new schedule.
    std::function<void()> body;
    Knowledge knowledge;
  };

  struct Choice {
    std::uint8_t chosen, count;
  };

  static void enter();

  std::size_t choose(std::size_t count);
  void switch_to(std::size_t thread);
  void switch_to_another();
  void leave_to_explorer();

  const Limits limits_;
  std::array<ModelThread, kThreadsMax> threads_;
  Fiber explorer_;
  std::vector<Choice> choices_;
  std::vector<std::pair<std::size_t, std::uint8_t>> wanted_;  ///< By position, when following.
  std::size_t position_ = 0;                                  ///< In choices_.
  std::size_t running_ = 0;
  std::uint32_t objects_ = 0;
  std::uint32_t points_ = 0;
  int preemptions_ = 0;
  int stale_loads_ = 0;
  bool tracing_ = false;
  std::string failure_;
  std::string trace_;
};

}  // namespace loopsteal::model
