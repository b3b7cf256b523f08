// Boards of the N-queens problem: columns where the next row's queen may be.
#pragma once
#include <cstdint>

namespace loopsteal {

/// Queens on the first rows of an n × n board, none attacking another. Bit c of a mask is column c
/// of the next row.
struct QueensBoard {
  std::uint32_t columns = 0;    ///< Occupied columns.
  std::uint32_t rising = 0;     ///< Columns of the next row attacked along rising diagonals.
  std::uint32_t falling = 0;    ///< Along falling ones.
  std::uint32_t rows_left = 0;  ///< Rows without a queen.

  [[nodiscard]] static constexpr QueensBoard empty(std::uint32_t n) noexcept {
    return {0, 0, 0, n};
  }

  /// Columns where the next queen may be, on a board of n columns.
  [[nodiscard]] constexpr std::uint32_t free_columns(std::uint32_t n) const noexcept {
    return ~(columns | rising | falling) & ((std::uint32_t{1} << n) - 1);
  }

  /// The board with one more queen; `column` is one bit of free_columns().
  [[nodiscard]] constexpr QueensBoard with_queen(std::uint32_t column) const noexcept {
    return {columns | column, (rising | column) << 1, (falling | column) >> 1, rows_left - 1};
  }
};

/// Solutions of the problem and boards visited, including the empty one.
struct QueensCount {
  std::uint64_t solutions = 0;
  std::uint64_t boards = 0;

  friend bool operator==(const QueensCount&, const QueensCount&) = default;
};

/// Largest n that known_solutions() has.
inline constexpr std::uint32_t kMostQueens = 16;

/// The published number of solutions for n = 1 .. kMostQueens.
[[nodiscard]] std::uint64_t known_solutions(std::uint32_t n) noexcept;

/// Counts on the calling thread.
[[nodiscard]] QueensCount count_queens(std::uint32_t n) noexcept;

}  // namespace loopsteal
