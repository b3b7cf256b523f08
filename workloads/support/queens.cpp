#include "workloads/support/queens.hpp"

#include <array>

#include "sched/core/assert.hpp"

namespace loopsteal {
namespace {

void count_from(const QueensBoard& board, std::uint32_t n, QueensCount& count) noexcept {
  ++count.boards;
  if (board.rows_left == 0) ++count.solutions;
  for (std::uint32_t free = board.rows_left == 0 ? 0 : board.free_columns(n); free != 0;
       free &= free - 1)
    count_from(board.with_queen(free & -free), n, count);
}

}  // namespace

std::uint64_t known_solutions(std::uint32_t n) noexcept {
  constexpr std::array<std::uint64_t, kMostQueens + 1> kSolutions = {
      1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200, 73712, 365596, 2279184, 14772512};
  LOOPSTEAL_CHECK(n <= kMostQueens, "no published count for so many queens");
  return kSolutions[n];
}

QueensCount count_queens(std::uint32_t n) noexcept {
  QueensCount count;
  count_from(QueensBoard::empty(n), n, count);
  return count;
}

}  // namespace loopsteal
