#include "workloads/support/queens.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

// Published: solutions, and boards on the way to them with the empty one.
TEST(Queens, CountsOfEightToTwelve) {
  EXPECT_EQ(count_queens(8), (QueensCount{92, 2057}));
  EXPECT_EQ(count_queens(9), (QueensCount{352, 8394}));
  EXPECT_EQ(count_queens(10), (QueensCount{724, 35539}));
  EXPECT_EQ(count_queens(11), (QueensCount{2680, 166926}));
  EXPECT_EQ(count_queens(12), (QueensCount{14200, 856189}));
}

TEST(Queens, SmallBoardsAgreeWithTheTable) {
  for (std::uint32_t n = 1; n <= 10; ++n) EXPECT_EQ(count_queens(n).solutions, known_solutions(n));
}

TEST(Queens, AQueenTakesItsColumnAndItsDiagonals) {
  const QueensBoard board = QueensBoard::empty(5).with_queen(0b00100);
  EXPECT_EQ(board.rows_left, 4u);
  EXPECT_EQ(board.free_columns(5), 0b10001u);
  EXPECT_EQ(board.with_queen(0b10000).free_columns(5), 0b00010u);
}

}  // namespace
}  // namespace loopsteal
