// A loop of asyncio's in virtual time, for tests that follow CPython's: orders and times are exact,
// and who waits for ever is told so at once.
#pragma once
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sched/asyncio/asyncio.hpp"
#include "sched/catalog.hpp"

namespace loopsteal::asyncio {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;
using Numbers = std::vector<int>;

/// What tests let their tasks fail with.
struct ZeroDivision : std::runtime_error {
  ZeroDivision() : std::runtime_error("division by zero") {}
};
struct OtherError : std::runtime_error {
  OtherError() : std::runtime_error("other") {}
};

template <class E>
[[nodiscard]] bool is_a(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

/// What is in a group; nothing if the error is none.
[[nodiscard]] inline std::vector<std::exception_ptr> errors_in(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const ExceptionGroup& group) {
    return group.errors();
  } catch (...) {
  }
  return {};
}

/// What waiting for `future` throws; null if nothing.
template <class T>
Coroutine<std::exception_ptr> error_of(Future<T> future) {
  std::exception_ptr error;
  try {
    co_await future;
  } catch (...) {
    error = std::current_exception();
  }
  co_return error;
}
template <class T>
Coroutine<std::exception_ptr> error_of(Coroutine<T> body) {
  std::exception_ptr error;
  try {
    co_await std::move(body);
  } catch (...) {
    error = std::current_exception();
  }
  co_return error;
}

inline Coroutine<void> nothing() { co_return; }

/// Sleeps, then gives `value`.
template <class T>
Coroutine<T> after(Loop& loop, Duration delay, T value) {
  co_await sleep(loop, delay);
  co_return value;
}

template <class E>
Coroutine<void> fail_after(Loop& loop, Duration delay) {
  co_await sleep(loop, delay);
  throw E();
}

[[nodiscard]] inline std::unique_ptr<Scheduler> virtual_scheduler(const char* spec = "event_loop") {
  return make_scheduler(parse_spec(spec), {.machine = "sim"});
}

class VirtualLoop : public ::testing::Test {
 protected:
  /// Runs a coroutine as the main task.
  template <class T>
  T run(Coroutine<T> body) {
    return run_until_complete(loop, std::move(body));
  }
  template <class T>
  T run(Future<T> future) {
    return run_until_complete(loop, std::move(future));
  }

  /// What a task of `body` fails with; null if it does not.
  std::exception_ptr failure(Coroutine<void> body) {
    return run(error_of(Future<void>(create_task(loop, std::move(body)))));
  }
  /// The same of one that is cancelled after 100 ms, and has not ended by then.
  std::exception_ptr failure_when_cancelled(Coroutine<void> body) {
    const Task<void> task = create_task(loop, std::move(body));
    run(sleep(loop, 100ms));
    EXPECT_FALSE(task.done());
    task.cancel();
    return run(error_of(Future<void>(task)));
  }

  /// CPython's test_utils.run_briefly(): two iterations.
  void run_briefly() { run(nothing()); }

  /// CPython's test_utils.run_once(): the iteration that runs what is ready.
  void run_once() {
    call_soon(loop, [this] { loop.stop(); });
    loop.run_forever();
  }

  /// Until nothing is ready.
  void run_ready() {
    for (int i = 0; i < 20; ++i) run_once();
  }

  [[nodiscard]] Duration now() const { return loop.time() - start; }
  [[nodiscard]] std::uint64_t iteration() const { return scheduler->iteration(); }

  std::unique_ptr<Scheduler> scheduler = virtual_scheduler();
  Loop loop{*scheduler};
  TimePoint start = loop.time();
};

}  // namespace loopsteal::asyncio
