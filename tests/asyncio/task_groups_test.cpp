// TaskGroup, as CPython 3.11's test_taskgroups.py has it. What `async with` does at its end is
// join(), here and in task_groups_nested_test.cpp.
#include "tests/asyncio/task_groups.hpp"

#include <vector>

namespace loopsteal::asyncio {
namespace {

class AsyncioTaskGroups : public VirtualLoop {};

// test_taskgroups.py:test_taskgroup_01
TEST_F(AsyncioTaskGroups, TestTaskgroup01) {
  Task<int> first, second;
  const auto body = [](Loop& l, Task<int>& a, Task<int>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    a = group.create_task(after(l, 100ms, 42));
    b = group.create_task(after(l, 200ms, 11));
    co_await group.join();
  };
  run(body(loop, first, second));
  EXPECT_EQ(first.result(), 42);
  EXPECT_EQ(second.result(), 11);
  EXPECT_EQ(now(), 200ms);
}

// test_taskgroups.py:test_taskgroup_02
TEST_F(AsyncioTaskGroups, TestTaskgroup02) {
  Task<int> first, second;
  const auto body = [](Loop& l, Task<int>& a, Task<int>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    a = group.create_task(after(l, 100ms, 42));
    co_await sleep(l, 150ms);
    b = group.create_task(after(l, 200ms, 11));
    co_await group.join();
  };
  run(body(loop, first, second));
  EXPECT_EQ(first.result(), 42);
  EXPECT_EQ(second.result(), 11);
  EXPECT_EQ(now(), 350ms);
}

// test_taskgroups.py:test_taskgroup_03
TEST_F(AsyncioTaskGroups, TestTaskgroup03) {
  Task<int> first, second;
  const auto body = [](Loop& l, Task<int>& a, Task<int>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    a = group.create_task(after(l, 1s, 42));
    co_await sleep(l, 150ms);
    a.cancel();
    b = group.create_task(after(l, 200ms, 11));
    co_await group.join();
  };
  run(body(loop, first, second));
  EXPECT_TRUE(first.cancelled());
  EXPECT_EQ(second.result(), 11);
}

// test_taskgroups.py:test_taskgroup_04
TEST_F(AsyncioTaskGroups, TestTaskgroup04) {
  Seen seen;
  Task<void> second;
  const auto body = [](Loop& l, Seen& s, Task<void>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    group.create_task(fail_after<ZeroDivision>(l, 100ms));
    b = group.create_task(noting(l, 1s, s));
    co_await group.join();
    s.went_on = true;
  };
  expect_group_of<ZeroDivision>(failure(body(loop, seen, second)), 1);
  EXPECT_EQ(seen.cancelled, 1);
  EXPECT_FALSE(seen.went_on);
  EXPECT_TRUE(second.cancelled());
}

// test_taskgroups.py:test_cancel_children_on_child_error
TEST_F(AsyncioTaskGroups, TestCancelChildrenOnChildError) {
  Seen children, runner;
  const auto body = [](Loop& l, Seen& c, Seen& r) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (int i = 0; i < 3; ++i) group.create_task(fail_after<ZeroDivision>(l, 100ms));
    group.create_task(noting(l, 5s, c));
    const std::exception_ptr error = co_await error_of(noting(l, 10s, r));
    co_await group.join(error);
    r.went_on = true;
  };
  // The three fail in one iteration, before any of them could be cancelled.
  expect_group_of<ZeroDivision>(failure(body(loop, children, runner)), 3);
  EXPECT_EQ(children.cancelled, 1);
  EXPECT_EQ(runner.cancelled, 1);
  EXPECT_FALSE(runner.went_on);
}

// test_taskgroups.py:test_cancellation
TEST_F(AsyncioTaskGroups, TestCancellation) {
  Seen seen;
  const auto body = [](Loop& l, Seen& s) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (int i = 0; i < 5; ++i) group.create_task(noting(l, 5s, s));
    co_await group.join();
  };
  EXPECT_TRUE(is_a<Cancelled>(failure_when_cancelled(body(loop, seen))));
  EXPECT_EQ(seen.cancelled, 5);
}

// test_taskgroups.py:test_taskgroup_07
TEST_F(AsyncioTaskGroups, TestTaskgroup07) {
  Seen children, runner;
  const auto body = [](Loop& l, Seen& c, Seen& r) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (int i = 0; i < 5; ++i) group.create_task(noting(l, 5s, c));
    const std::exception_ptr error = co_await error_of(noting(l, 10s, r));
    co_await group.join(error);
  };
  EXPECT_TRUE(is_a<Cancelled>(failure_when_cancelled(body(loop, children, runner))));
  EXPECT_EQ(children.cancelled, 5);
  EXPECT_EQ(runner.cancelled, 1);
}

// test_taskgroups.py:test_taskgroup_08
TEST_F(AsyncioTaskGroups, TestTaskgroup08) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (int i = 0; i < 5; ++i) group.create_task(failing_at_its_end<ZeroDivision>(l));
    const std::exception_ptr error = co_await error_of(sleep(l, 10s));
    co_await group.join(error);
  };
  expect_group_of<ZeroDivision>(failure_when_cancelled(body(loop)), 5);
}

// test_taskgroups.py:test_taskgroup_09
TEST_F(AsyncioTaskGroups, TestTaskgroup09) {
  Task<int> first, second;
  const auto body = [](Loop& l, Task<int>& a, Task<int>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    a = group.create_task(after(l, 1s, 42));
    b = group.create_task(after(l, 2s, 11));
    co_await sleep(l, 100ms);
    co_await group.join(std::make_exception_ptr(ZeroDivision()));
  };
  expect_group_of<ZeroDivision>(failure(body(loop, first, second)), 1);
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(now(), 100ms);
}

// test_taskgroups.py:test_taskgroup_10
TEST_F(AsyncioTaskGroups, TestTaskgroup10) {
  Task<int> first, second;
  const auto body = [](Loop& l, Task<int>& a, Task<int>& b) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    a = group.create_task(after(l, 1s, 42));
    b = group.create_task(after(l, 2s, 11));
    co_await group.join(std::make_exception_ptr(ZeroDivision()));
  };
  expect_group_of<ZeroDivision>(failure(body(loop, first, second)), 1);
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(now(), 0s);
}

// test_taskgroups.py:test_taskgroup_17
TEST_F(AsyncioTaskGroups, TestTaskgroup17) {
  Seen runner;
  const auto body = [](Loop& l, Seen& r) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    const std::exception_ptr error = co_await error_of(noting(l, 10s, r));
    co_await group.join(error);
  };
  EXPECT_TRUE(is_a<Cancelled>(failure_when_cancelled(body(loop, runner))));
  EXPECT_EQ(runner.cancelled, 1);
}

// test_taskgroups.py:test_taskgroup_18
TEST_F(AsyncioTaskGroups, TestTaskgroup18) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    const std::exception_ptr error = co_await error_of(failing_at_its_end<OtherError>(l));
    co_await group.join(error);
  };
  expect_group_of<OtherError>(failure_when_cancelled(body(loop)), 1);
}

// test_taskgroups.py:test_taskgroup_19
TEST_F(AsyncioTaskGroups, TestTaskgroup19) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    group.create_task(fail_after<ZeroDivision>(l, 100ms));
    const std::exception_ptr error = co_await error_of(failing_at_its_end<OtherError>(l));
    co_await group.join(error);
  };
  const auto errors = errors_in(failure(body(loop)));
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_TRUE(is_a<ZeroDivision>(errors[0]));
  EXPECT_TRUE(is_a<OtherError>(errors[1]));
}

// test_taskgroups.py:test_taskgroup_20a and test_taskgroup_21a: what is no std::exception is an
// error like any other. One fails so in the block, one in a task.
TEST_F(AsyncioTaskGroups, TestTaskgroup20aAnd21a) {
  struct Base {};
  struct Bodies {
    static Coroutine<void> task(Loop& l, bool odd) {
      co_await sleep(l, 100ms);
      if (odd) throw Base();
      throw ZeroDivision();
    }
    static Coroutine<void> block(Loop& l, bool odd) {
      co_await error_of(sleep(l, 10s));
      if (odd) throw Base();
      throw OtherError();
    }
    static Coroutine<void> runner(Loop& l, bool odd_task) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(task(l, odd_task));
      const std::exception_ptr error = co_await error_of(block(l, !odd_task));
      co_await group.join(error);
    }
  };
  const auto in_block = errors_in(failure(Bodies::runner(loop, false)));
  ASSERT_EQ(in_block.size(), 2u);
  EXPECT_TRUE(is_a<ZeroDivision>(in_block[0]));
  EXPECT_TRUE(is_a<Base>(in_block[1]));
  const auto in_task = errors_in(failure(Bodies::runner(loop, true)));
  ASSERT_EQ(in_task.size(), 2u);
  EXPECT_TRUE(is_a<Base>(in_task[0]));
  EXPECT_TRUE(is_a<OtherError>(in_task[1]));
}

// test_taskgroups.py:test_taskgroup_22
TEST_F(AsyncioTaskGroups, TestTaskgroup22) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    group.create_task(after(l, 1s, 42));
    group.create_task(after(l, 2s, 11));
    co_await group.join();
  };
  EXPECT_TRUE(is_a<Cancelled>(failure_when_cancelled(body(loop))));
}

// test_taskgroups.py:test_taskgroup_23, whose look inside is here at what is left in the loop: a
// group keeps nothing of tasks that have ended.
TEST_F(AsyncioTaskGroups, TestTaskgroup23) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (int i = 0; i < 10; ++i) {
      co_await sleep(l, 100ms);
      group.create_task(sleep(l, 300ms));
      EXPECT_LT(l.entries(), 6u);  // This step, and three or four that sleep.
    }
    co_await sleep(l, 1350ms);
    EXPECT_EQ(l.entries(), 1u);
    co_await group.join();
  };
  run(body(loop));
  EXPECT_EQ(now(), 2350ms);
}

}  // namespace
}  // namespace loopsteal::asyncio
