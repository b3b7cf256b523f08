// A small exploring scheduler, after loom and shuttle: it runs a test's body again and again, each
// time in another interleaving of its threads, until all within the bounds have been seen.
//
// Threads are fibers on one OS thread. Before each operation on shared memory (point()) the
// explorer may switch to another thread, and each load may be answered with any value that C++'s
// memory model allows (model_atomics.hpp). All such choices are numbers; depth-first search goes
// through them. The first choice is always "go on" and "the newest value", so a schedule is told by
// the choices that are not zero: "12=1,40=2". A failure prints it, and
//
//     LOOPSTEAL_REPLAY=12=1,40=2 model_test --gtest_filter=Model.TheTest
//
// runs that schedule alone and prints each of its operations.
//
// The search is bounded, as experience says that few switches are enough to show most errors
// (Musuvathi & Qadeer, PLDI 2007): by the number of preemptions, that is switches away from a
// thread that could have gone on, and by the number of loads that are not answered with the newest
// value.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace loopsteal::model {

struct Limits {
  int preemptions_max = 2;
  int stale_loads_max = 2;
  std::uint64_t executions_max = 3'000'000;  ///< Then the search stops, and is not complete.
};

struct Outcome {
  std::string failure;   ///< Empty if no schedule failed.
  std::string schedule;  ///< The failing one, as LOOPSTEAL_REPLAY takes it.
  std::string trace;     ///< The operations of the failing schedule, one a line.
  std::uint64_t executions = 0;
  bool complete = false;  ///< Everything within the limits has been seen.

  [[nodiscard]] bool passed() const { return failure.empty(); }
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

/// Runs `body` in every schedule within `limits`, until one fails. The body is the first thread; it
/// makes the shared objects, starts Threads and checks. It must be deterministic but for choices.
Outcome explore(const Limits& limits, const std::function<void()>& body);

/// Runs `body` in the one schedule named, which came from an Outcome of the same body and limits.
Outcome replay(const Limits& limits, std::string_view schedule, const std::function<void()>& body);

/// Fails the schedule unless `condition` holds. Called by model threads, in place of EXPECT.
void check(bool condition, const char* what);

inline constexpr std::size_t kThreadsMax = 5;

/// What a thread knows: how many operations of each thread happened before (a vector clock).
struct Knowledge {
  std::array<std::uint32_t, kThreadsMax> operations{};

  void join(const Knowledge& other) {
    for (std::size_t i = 0; i < kThreadsMax; ++i)
      if (other.operations[i] > operations[i]) operations[i] = other.operations[i];
  }
};

/// A model thread. Starts at once, joined at the latest by its destructor.
class Thread {
 public:
  explicit Thread(std::function<void()> body);
  ~Thread() { join(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  void join();

 private:
  std::size_t number_;
};

/// BasicLockable.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock();
  void unlock();

 private:
  bool held_ = false;
  Knowledge released_;
};

/// A token that park() takes, waiting for it if need be, and unpark() leaves. If nobody leaves one
/// any more, the threads wait for ever: that is how a lost wake-up shows.
class Parker {
 public:
  Parker() = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;
  void park();
  void unpark();

 private:
  bool token_ = false;
  Knowledge released_;
};

// What model_atomics.hpp is made of: the running thread's view of the running execution.

/// Another thread may run here. Comes before each operation on shared memory.
void point();

/// Counts an operation of the running thread; returns its number.
std::uint32_t count_operation();
std::size_t this_thread();
Knowledge& knowledge();

/// Which of `count` values a load returns; 0 is the newest.
std::size_t choose_age(std::size_t count);

[[noreturn]] void fail(const std::string& what);

/// Whether operations are to be told to note(): only in a replay, as it is slow.
bool tracing();
void note(const std::string& what);

/// A number for a shared object, by order of construction.
std::uint32_t next_object_number();

}  // namespace loopsteal::model
