// The cost model's table: every number of it, once, under one name.
#include "sched/machine/sim/cost_model.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(CostModel, IsFreeByDefaultAndNotOnceAnythingCosts) {
  EXPECT_TRUE(CostModel{}.free());
  for (const CostEntry& entry : cost_entries()) {
    CostModel costs;
    entry.of(costs) = Duration(1);
    EXPECT_FALSE(costs.free()) << entry.name;
  }
}

TEST(CostModel, EachEntryIsANumberOfItsOwnWithANameOfItsOwn) {
  CostModel costs;
  std::set<Duration*> places;
  std::set<std::string_view> names;
  for (const CostEntry& entry : cost_entries()) {
    EXPECT_TRUE(places.insert(&entry.of(costs)).second) << entry.name;
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_TRUE(entry.help.ends_with('.')) << entry.name;
    EXPECT_TRUE(std::ranges::all_of(entry.name, [](unsigned char c) {
      return std::islower(c) != 0 || c == '_';
    })) << entry.name;
  }
}

// Those without a price happen together with one that has it.
TEST(CostModel, EveryOperationThatTakesTimeHasAnEntry) {
  CostModel costs;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = Duration(1);
  std::set<Op> without;
  for (std::size_t op = 0; op < kOps; ++op)
    if (costs.of(static_cast<Op>(op)) == Duration::zero()) without.insert(static_cast<Op>(op));
  EXPECT_EQ(without, (std::set<Op>{Op::forced_yield, Op::noop_park, Op::slow_callback}));
  EXPECT_NE(costs.run, Duration::zero());
  EXPECT_NE(costs.lock, Duration::zero());
  EXPECT_NE(costs.wake_up, Duration::zero());
}

}  // namespace
}  // namespace loopsteal
