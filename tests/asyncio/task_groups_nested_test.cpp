// TaskGroup, as CPython 3.11's test_taskgroups.py has it: groups within groups, tasks that spawn
// into their group, and groups that are ending.

#include "tests/asyncio/task_groups.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioNestedTaskGroups : public VirtualLoop {};

/// Five that fail when they are cancelled, in a group of their own.
Coroutine<void> five_in_a_group(Loop& loop) {
  auto& me = co_await this_task();
  TaskGroup group(loop, me);
  for (int i = 0; i < 5; ++i) group.create_task(failing_at_its_end<ZeroDivision>(loop));
  const std::exception_ptr error = co_await error_of(sleep(loop, 10s));
  co_await group.join(error);
}

// test_taskgroups.py:test_taskgroup_11
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup11) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup outer(l, me);
    const std::exception_ptr error = co_await error_of(five_in_a_group(l));
    co_await outer.join(error);
  };
  expect_group_of_group_of<ZeroDivision>(failure_when_cancelled(body(loop)), 5);
}

// test_taskgroups.py:test_taskgroup_12
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup12) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup outer(l, me);
    outer.create_task(sleep(l, 10s));
    const std::exception_ptr error = co_await error_of(five_in_a_group(l));
    co_await outer.join(error);
  };
  expect_group_of_group_of<ZeroDivision>(failure_when_cancelled(body(loop)), 5);
}

Coroutine<void> one_in_a_group(Loop& loop, Duration fails_after) {
  auto& me = co_await this_task();
  TaskGroup group(loop, me);
  group.create_task(fail_after<OtherError>(loop, fails_after));
  co_await group.join();
}

Coroutine<void> one_in_each_of_two_groups(Loop& loop, Duration outer, Duration inner) {
  auto& me = co_await this_task();
  TaskGroup group(loop, me);
  group.create_task(fail_after<OtherError>(loop, outer));
  const std::exception_ptr error = co_await error_of(one_in_a_group(loop, inner));
  co_await group.join(error);
}

// test_taskgroups.py:test_taskgroup_13
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup13) {
  expect_group_of<OtherError>(failure(one_in_each_of_two_groups(loop, 100ms, 10s)), 1);
  EXPECT_EQ(now(), 100ms);
}

// test_taskgroups.py:test_taskgroup_14
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup14) {
  expect_group_of_group_of<OtherError>(failure(one_in_each_of_two_groups(loop, 10s, 100ms)), 1);
  EXPECT_EQ(now(), 100ms);
}

/// Its task fails while the block takes its time to end.
Coroutine<void> slow_to_end(Loop& loop) {
  auto& me = co_await this_task();
  TaskGroup group(loop, me);
  group.create_task(fail_after<ZeroDivision>(loop, 300ms));
  const std::exception_ptr error = co_await error_of(sleep(loop, 10s));
  std::exception_ptr last = co_await error_of(sleep(loop, 500ms));
  if (!last) last = error;
  co_await group.join(last);
}

// test_taskgroups.py:test_taskgroup_15
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup15) {
  expect_group_of<ZeroDivision>(failure_when_cancelled(slow_to_end(loop)), 1);
  EXPECT_EQ(now(), 300ms);
}

// test_taskgroups.py:test_taskgroup_16
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup16) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    const Task<void> task = create_task(l, slow_to_end(l));
    co_await task;
  };
  expect_group_of<ZeroDivision>(failure_when_cancelled(body(loop)), 1);
  EXPECT_EQ(now(), 300ms);
}

// test_taskgroups.py:test_taskgroup_24
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup24) {
  struct Spawning {
    static Coroutine<void> root(Loop& l, TaskGroup& group) {
      co_await sleep(l, 100ms);
      group.create_task(sleep(l, 100ms));
      group.create_task(sleep(l, 200ms));
    }
    static Coroutine<void> body(Loop& l) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(root(l, group));
      co_await group.join();
    }
  };
  run(Spawning::body(loop));
  EXPECT_EQ(now(), 300ms);
}

// test_taskgroups.py:test_taskgroup_25
TEST_F(AsyncioNestedTaskGroups, TestTaskgroup25) {
  struct Fight {
    static Coroutine<void> hydra(Loop& l, TaskGroup& group, int& heads) {
      ++heads;
      co_await sleep(l, 10ms);
      group.create_task(hydra(l, group, heads));
      group.create_task(hydra(l, group, heads));
    }
    static Coroutine<void> hercules(Loop& l, const int& heads) {
      while (heads < 10) co_await sleep(l, 15ms);
      throw ZeroDivision();
    }
    static Coroutine<void> body(Loop& l, int& heads) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(hydra(l, group, heads));
      group.create_task(hercules(l, heads));
      co_await group.join();
    }
  };
  int heads = 0;
  expect_group_of<ZeroDivision>(failure(Fight::body(loop, heads)), 1);
  EXPECT_EQ(heads, 31);  // 1, 2, 4, 8 and 16 of them, at 0, 10, 20, 30 and 40 ms.
  EXPECT_EQ(loop.entries(), 0u);
}

// test_taskgroups.py:test_taskgroup_no_create_task_after_failure
TEST_F(AsyncioNestedTaskGroups, TestTaskgroupNoCreateTaskAfterFailure) {
  struct Late {
    static Coroutine<void> second(Loop& l, TaskGroup& group, bool& refused) {
      co_await error_of(sleep(l, 1s));
      try {
        group.create_task(sleep(l, 1ms));
      } catch (const std::runtime_error&) {
        refused = true;
      }
    }
    static Coroutine<void> body(Loop& l, bool& refused) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(fail_after<ZeroDivision>(l, 1ms));
      group.create_task(second(l, group, refused));
      co_await group.join();
    }
  };
  bool refused = false;
  expect_group_of<ZeroDivision>(failure(Late::body(loop, refused)), 1);
  EXPECT_TRUE(refused);
}

TEST_F(AsyncioNestedTaskGroups, AFinishedGroupTakesNoTask) {
  const auto body = [](Loop& l) -> Coroutine<bool> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    co_await group.join();
    bool refused = false;
    try {
      group.create_task(nothing());
    } catch (const std::runtime_error&) {
      refused = true;
    }
    co_return refused;
  };
  EXPECT_TRUE(run(body(loop)));
}

// test_taskgroups.py:test_taskgroup_context_manager_exit_raises
TEST_F(AsyncioNestedTaskGroups, TestTaskgroupContextManagerExitRaises) {
  std::uint32_t cancelling = 1;
  const auto body = [](Loop& l, std::uint32_t& left) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    group.create_task(fail_after<OtherError>(l, 0s));
    const std::exception_ptr error = co_await error_of(failing_at_its_end<OtherError>(l));
    const std::exception_ptr all = co_await error_of(group.join(error));
    left = me.cancelling();
    if (all) std::rethrow_exception(all);
  };
  expect_group_of<OtherError>(failure(body(loop, cancelling)), 2);
  EXPECT_EQ(cancelling, 0u);
}

// The words of the exception, which Python prints (PEP 654).
TEST_F(AsyncioNestedTaskGroups, TheExceptionSaysHowManyThereAre) {
  const std::exception_ptr error = failure(one_in_a_group(loop, 0s));
  try {
    std::rethrow_exception(error);
  } catch (const ExceptionGroup& group) {
    EXPECT_STREQ(group.what(), "unhandled errors in a TaskGroup (1 sub-exception)");
  }
}

}  // namespace
}  // namespace loopsteal::asyncio
