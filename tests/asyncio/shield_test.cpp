// shield(), as CPython 3.11's test_tasks.py has it.
#include <vector>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioShield : public VirtualLoop {
 protected:
  Future<int> inner = create_future<int>(loop);
};

// test_tasks.py:test_shield_result
TEST_F(AsyncioShield, TestShieldResult) {
  const Future<int> outer = shield(loop, inner);
  inner.set_result(42);
  EXPECT_EQ(run(outer), 42);
}

// test_tasks.py:test_shield_exception
TEST_F(AsyncioShield, TestShieldException) {
  const Future<int> outer = shield(loop, inner);
  run_briefly();
  inner.set_exception(std::make_exception_ptr(OtherError()));
  run_briefly();
  EXPECT_TRUE(is_a<OtherError>(outer.exception()));
}

// test_tasks.py:test_shield_cancel_inner
TEST_F(AsyncioShield, TestShieldCancelInner) {
  const Future<int> outer = shield(loop, inner);
  run_briefly();
  inner.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
}

// test_tasks.py:test_shield_cancel_outer
TEST_F(AsyncioShield, TestShieldCancelOuter) {
  const Future<int> outer = shield(loop, inner);
  run_briefly();
  outer.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
  EXPECT_FALSE(inner.done());
  inner.set_result(1);
  EXPECT_EQ(loop.entries(), 0u);  // It has no callback any more.
}

// test_tasks.py:test_shield_shortcut
TEST_F(AsyncioShield, TestShieldShortcut) {
  inner.set_result(42);
  EXPECT_EQ(shield(loop, inner), inner);
  EXPECT_EQ(run(shield(loop, inner)), 42);
}

// test_tasks.py:test_shield_effect
TEST_F(AsyncioShield, TestShieldEffect) {
  int proof = 0;
  struct Shielded {
    static Coroutine<void> inside(Future<int> waiter, int& p) {
      co_await waiter;
      ++p;
    }
    static Coroutine<void> outside(Loop& l, Future<int> waiter, int& p) {
      co_await shield(l, inside(waiter, p));
      p += 100;
    }
  };
  const Task<void> task = create_task(loop, Shielded::outside(loop, inner, proof));
  run_briefly();
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  inner.set_result(1);
  run_briefly();
  EXPECT_EQ(proof, 1);
}

// test_tasks.py:test_shield_gather
TEST_F(AsyncioShield, TestShieldGather) {
  const Future<int> other = create_future<int>(loop);
  const Future<Numbers> parent = gather(loop, std::vector<Future<int>>{inner, other});
  const Future<Numbers> outer = shield(loop, parent);
  run_briefly();
  outer.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
  inner.set_result(1);
  other.set_result(2);
  run_briefly();
  EXPECT_EQ(parent.result(), (Numbers{1, 2}));
}

// test_tasks.py:test_gather_shield
TEST_F(AsyncioShield, TestGatherShield) {
  const Future<int> other = create_future<int>(loop);
  const Future<int> first = shield(loop, inner), second = shield(loop, other);
  const Future<Numbers> parent = gather(loop, std::vector<Future<int>>{first, second});
  run_briefly();
  parent.cancel();
  run_briefly();
  EXPECT_TRUE(is_a<Cancelled>(parent.exception()));
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
  EXPECT_FALSE(inner.done());
  EXPECT_FALSE(other.done());
}

}  // namespace
}  // namespace loopsteal::asyncio
