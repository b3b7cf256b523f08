// The LIFO slot by itself.
#include "sched/policy/work_stealing/lifo_slot.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(LifoSlot, HoldsTheJobMadeReadyLast) {
  for (const LifoSlot mode : {LifoSlot::on, LifoSlot::stealable}) {
    LifoSlotPlace<> slot(mode);
    Job first, second;
    EXPECT_FALSE(slot.occupied());
    EXPECT_EQ(slot.exchange(&first), nullptr);
    EXPECT_EQ(slot.exchange(&second), &first);
    EXPECT_TRUE(slot.occupied());
    EXPECT_EQ(slot.take(), &second);
    EXPECT_EQ(slot.take(), nullptr);
  }
}

TEST(LifoSlot, GivesToThievesOnlyIfItIsStealable) {
  LifoSlotPlace<> own(LifoSlot::on), shared(LifoSlot::stealable);
  Job job;
  static_cast<void>(own.exchange(&job));
  EXPECT_EQ(own.thief_end().steal(), nullptr);
  EXPECT_EQ(own.take(), &job);
  EXPECT_EQ(shared.thief_end().steal(), nullptr);
  static_cast<void>(shared.exchange(&job));
  EXPECT_EQ(shared.thief_end().steal(), &job);
  EXPECT_FALSE(shared.occupied());
}

}  // namespace
}  // namespace loopsteal
