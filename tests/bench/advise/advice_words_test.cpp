// What an advice says of an estimate and its interval.
#include "bench/advise/advice_words.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(AdviceWords, AnIntervalHasTwoEnds) {
  const Objective makespan = parse_objective("makespan<=10ms");
  EXPECT_EQ(interval_words(makespan, {6e6, 5.5e6, 6.5e6}), "5.50 ms to 6.50 ms");
  EXPECT_EQ(interval_words(makespan, {1e6, -1e6, 3e6}), "0 ns to 3.00 ms");
}

TEST(AdviceWords, RunsThatAreAllTheSameHaveNone) {
  const Objective makespan = parse_objective("makespan<=10ms");
  EXPECT_EQ(interval_words(makespan, {6e6, 6e6, 6e6}), "the same each time");
  EXPECT_EQ(interval_words(makespan, {6e6, 6e6 - 1e-9, 6e6 + 1e-9}), "the same each time");
  EXPECT_EQ(interval_words(makespan, {6e6, 6e6 - 1, 6e6 + 1}), "6.00 ms to 6.00 ms");
  EXPECT_EQ(value_words(makespan, {6e6, 6e6, 6e6}), "6.00 ms");
}

TEST(AdviceWords, OneRunHasNone) {
  const Objective makespan = parse_objective("makespan<=10ms");
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(interval_words(makespan, {6e6, -infinity, infinity}), "");
}

}  // namespace
}  // namespace loopsteal
