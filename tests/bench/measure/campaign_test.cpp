// The order of runs, the seeds, and the ways a campaign ends.
#include "bench/measure/campaign.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

std::vector<Point> points(std::size_t count) {
  std::vector<Point> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back({.scheduler = {"s" + std::to_string(i), {}}, .workload = {"w", {}}});
  }
  return result;
}

Row row_of(const Point& point) {
  Row row = testing::sample_row(to_string(point.scheduler), "w", 10);
  row.seed = point.seed;
  return row;
}

TEST(Campaign, EachRoundRunsEveryPointOnce) {
  const std::vector<Turn> turns = order_of_turns(6, {.repetitions = 4, .seed = 3});
  ASSERT_EQ(turns.size(), 24u);
  for (std::uint32_t round = 0; round < 4; ++round) {
    std::set<std::size_t> seen;
    for (std::size_t i = 0; i < 6; ++i) {
      EXPECT_EQ(turns[round * 6 + i].repetition, round);
      seen.insert(turns[round * 6 + i].point);
    }
    EXPECT_EQ(seen.size(), 6u);
  }
}

TEST(Campaign, TheOrderComesFromTheSeedAndChangesEachRound) {
  const auto turns = order_of_turns(8, {.repetitions = 2, .seed = 3});
  EXPECT_EQ(turns, order_of_turns(8, {.repetitions = 2, .seed = 3}));
  EXPECT_NE(turns, order_of_turns(8, {.repetitions = 2, .seed = 4}));
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (const Turn& turn : turns) (turn.repetition == 0 ? first : second).push_back(turn.point);
  EXPECT_NE(first, second);
}

TEST(Campaign, AllPointsOfARoundHaveOneSeed) {
  std::vector<Row> rows;
  run_campaign(
      points(3), {.repetitions = 3, .seed = 10}, row_of,
      [&](Row row) { rows.push_back(std::move(row)); }, [] { return false; });
  ASSERT_EQ(rows.size(), 9u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].seed, 10u + i / 3);
    EXPECT_EQ(rows[i].repetition_index, i / 3);
    EXPECT_EQ(rows[i].repetitions, 3u);
    EXPECT_EQ(rows[i].position, i);
  }
}

TEST(Campaign, EachPointIsWarmedUpAndThatRowThrownAway) {
  std::vector<std::string> measured;
  int taken = 0;
  run_campaign(
      points(2), {.repetitions = 1, .seed = 1, .warm_up = true},
      [&](const Point& point) {
        measured.push_back(to_string(point.scheduler));
        return row_of(point);
      },
      [&](Row) { ++taken; }, [] { return false; });
  ASSERT_EQ(measured.size(), 4u);
  EXPECT_EQ(measured[0], "s0");
  EXPECT_EQ(measured[1], "s1");
  EXPECT_EQ(taken, 2);
}

TEST(Campaign, AStopEndsTheWarmUpToo) {
  int measured = 0;
  run_campaign(
      points(5), {.repetitions = 3, .seed = 1, .warm_up = true},
      [&](const Point& point) {
        ++measured;
        return row_of(point);
      },
      [](Row) { FAIL(); }, [&] { return measured == 2; });
  EXPECT_EQ(measured, 2);
}

TEST(Campaign, AStopKeepsTheRowUnderWay) {
  int taken = 0;
  bool stop = false;
  run_campaign(
      points(3), {.repetitions = 5, .seed = 1},
      [&](const Point& point) {
        stop = taken == 3;
        return row_of(point);
      },
      [&](Row) { ++taken; }, [&] { return stop; });
  EXPECT_EQ(taken, 4);
}

TEST(Campaign, WhatIsThrownPassesOn) {
  const auto refuse = [](Row) { throw std::runtime_error("full"); };
  EXPECT_THROW(run_campaign(points(1), {}, row_of, refuse, [] { return false; }),
               std::runtime_error);
}

TEST(Campaign, WithoutPointsNothingHappens) {
  run_campaign(
      {}, {.warm_up = true}, row_of, [](Row) { FAIL(); }, [] { return false; });
}

}  // namespace
}  // namespace loopsteal
