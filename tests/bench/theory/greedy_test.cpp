// Bounds on makespans.
#include "bench/theory/greedy.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

struct Row {
  double work;
  double span;
  std::uint64_t workers;
  double lower;
  double upper;
};

// Unbalanced trees of unit nodes, to one decimal.
constexpr Row kRows[] = {
    {4'112'897, 1'573, 16, 257'056.1, 258'530.8}, {4'112'897, 1'573, 256, 16'066.0, 17'632.9},
    {4'112'897, 1'573, 4'096, 1'573, 2'576.7},    {4'112'897, 1'573, 10'000, 1'573, 1'984.1},
    {4'130'071, 11, 10'000, 413.0, 424.0},
};

TEST(GreedyBounds, AgreeWithTheTable) {
  for (const Row& row : kRows) {
    const MakespanBounds bounds = greedy_bounds(row.work, row.span, row.workers);
    EXPECT_NEAR(bounds.lower, row.lower, 0.051);
    EXPECT_NEAR(bounds.upper, row.upper, 0.051);
  }
}

TEST(GreedyBounds, OneWorkerTakesTheWork) {
  const MakespanBounds bounds = greedy_bounds(1'000, 10, 1);
  EXPECT_EQ(bounds.lower, 1'000);
  EXPECT_EQ(bounds.upper, 1'000);
}

// m (m - 1) unit jobs and one of m come to 2m - 1 where m would do.
TEST(ListScheduling, TheWorstCasesAreTight) {
  for (const std::uint64_t m : {2, 4, 8, 16}) {
    const double workers = static_cast<double>(m);
    EXPECT_DOUBLE_EQ(list_scheduling_ratio(m), (2 * workers - 1) / workers);
    EXPECT_DOUBLE_EQ(longest_first_ratio(m), (4 * workers - 1) / (3 * workers));
  }
}

TEST(GreedyBounds, RefuseWhatCannotBe) {
  EXPECT_THROW(greedy_bounds(10, 20, 2), std::invalid_argument);
  EXPECT_THROW(greedy_bounds(10, -1, 2), std::invalid_argument);
  EXPECT_THROW(greedy_bounds(10, 5, 0), std::invalid_argument);
  EXPECT_THROW(list_scheduling_ratio(0), std::invalid_argument);
  EXPECT_THROW(longest_first_ratio(0), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
