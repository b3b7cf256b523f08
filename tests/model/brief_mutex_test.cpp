// The lock for a few stores: of two holders the later sees all that the earlier has written, and
// each of the two orders that say so is needed. Who waits for it looks again for ever, which no
// explorer can go through; so these threads try, and those that fail leave it.
#include "sched/machine/threads/brief_mutex.hpp"

#include <gtest/gtest.h>

#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

template <class Atomics>
void holders_take_turns() {
  BriefMutex<Atomics> mutex;
  ModelCell<int> count;
  int held = 0;
  int times = 0;
  const auto try_to_count = [&] {
    for (int i = 0; i < 2; ++i) {
      if (!mutex.try_lock()) continue;
      check(++held == 1, "two hold the lock");
      count.store(count.load() + 1);
      ++times;
      --held;
      mutex.unlock();
    }
  };
  Thread first(try_to_count);
  Thread second(try_to_count);
  try_to_count();
  first.join();
  second.join();
  check(count.load() == times, "a holder has not seen what an earlier one wrote");
  check(times >= 2, "a lock that nobody holds was refused");
  check(mutex.try_lock(), "it was not given back");
  check(!mutex.try_lock(), "it was given twice");
}

TEST(Model, BriefMutexHoldersTakeTurns) { expect_correct(kDeep, holders_take_turns<ModelAtomics>); }

TEST(Model, BriefMutexWeakLockIsCaught) {
  expect_caught(kBroad,
                {holders_take_turns<Weakened<Site::brief_mutex_lock, std::memory_order_relaxed>>});
}

TEST(Model, BriefMutexWeakUnlockIsCaught) {
  expect_caught(
      kBroad, {holders_take_turns<Weakened<Site::brief_mutex_unlock, std::memory_order_relaxed>>});
}

}  // namespace
}  // namespace loopsteal::model
