#include "sched/onetbb/onetbb_options.hpp"

#include <gtest/gtest.h>

#include "tests/core/knob_round_trip.hpp"

namespace loopsteal {
namespace {

TEST(OneTbbOptions, ReadBackWhatTheyPrint) {
  loopsteal::testing::expect_round_trip(onetbb_knobs(),
                                        OneTbbOptions{Door::task_group, Duration(5), 7});
}

TEST(OneTbbOptions, TheDoorComesFirst) { EXPECT_EQ(onetbb_knobs().front().name, "door"); }

TEST(OneTbbOptions, TheDefaultDoorIsTheFairOne) { EXPECT_EQ(OneTbbOptions{}.door, Door::enqueue); }

}  // namespace
}  // namespace loopsteal
