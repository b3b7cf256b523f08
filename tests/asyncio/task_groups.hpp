// What the tests of TaskGroup share.
#pragma once
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {

/// What a task saw of its cancellation.
struct Seen {
  int cancelled = 0;
  bool went_on = false;
};

/// Sleeps, and notes if that was cancelled.
inline Coroutine<void> noting(Loop& loop, Duration duration, Seen& seen) {
  const std::exception_ptr error = co_await error_of(sleep(loop, duration));
  if (is_a<Cancelled>(error)) ++seen.cancelled;
  if (error) std::rethrow_exception(error);
  seen.went_on = true;
}

/// Sleeps until it is cancelled, and fails then.
template <class E>
Coroutine<void> failing_at_its_end(Loop& loop) {
  co_await error_of(sleep(loop, 10s));
  throw E();
}

/// `error` is a group of `count` errors, all of them E.
template <class E>
void expect_group_of(const std::exception_ptr& error, std::size_t count) {
  const std::vector<std::exception_ptr> errors = errors_in(error);
  EXPECT_EQ(errors.size(), count);
  for (const std::exception_ptr& each : errors) EXPECT_TRUE(is_a<E>(each));
}

/// `error` is a group of one group of E.
template <class E>
void expect_group_of_group_of(const std::exception_ptr& error, std::size_t count) {
  const std::vector<std::exception_ptr> errors = errors_in(error);
  ASSERT_EQ(errors.size(), 1u);
  expect_group_of<E>(errors[0], count);
}

}  // namespace loopsteal::asyncio
