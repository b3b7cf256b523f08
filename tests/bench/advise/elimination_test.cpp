// The search on made-up measurements, where the right answer is known.
#include "bench/advise/elimination.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/advise/made_up.hpp"

namespace loopsteal {
namespace {

constexpr double kSure = 0.999;

// Needs so many workers: 99 from there on, and more below.
MadeUp::Truth needs(WorkerId least, WorkerId workers, double noise = 0.1) {
  return {workers >= least ? 99.0 : 101.0, noise};
}

TEST(LeastWorkers, AreFoundWhereverTheyAre) {
  for (WorkerId least = 1; least <= 64; ++least) {
    MadeUp made_up([&](const Candidate& c) { return needs(least, c.workers); });
    Trials trials(made_up.measure());
    const LeastWorkers found = least_workers(trials, {"s", 1, 64}, {}, kSure);
    EXPECT_EQ(found.workers, least);
    EXPECT_TRUE(found.monotone);
  }
}

TEST(LeastWorkers, TakeFewTrials) {
  int trials_made = 0;
  MadeUp made_up([&](const Candidate& c) {
    ++trials_made;
    return needs(700, c.workers);
  });
  Trials trials(made_up.measure());
  EXPECT_EQ(least_workers(trials, {"s", 1, 1000}, {}, kSure).workers, 700u);
  EXPECT_LE(trials_made, 2 * 10 + 1);  // Doubling, halving, and the neighbour.
}

TEST(LeastWorkers, AreNoneIfTheMostWillNotDo) {
  MadeUp made_up([&](const Candidate& c) { return needs(65, c.workers); });
  Trials trials(made_up.measure());
  EXPECT_FALSE(least_workers(trials, {"s", 1, 64}, {}, kSure).workers);
  EXPECT_FALSE(least_workers(trials, {"s", 8, 7}, {}, kSure).workers);
  EXPECT_GT(made_up.replications_of({"s", 64}), 0u);
}

TEST(LeastWorkers, OneMoreThatIsWorseIsSeen) {
  MadeUp made_up([](const Candidate& c) { return needs(1, c.workers == 3 ? 1 : 0); });
  Trials trials(made_up.measure());
  const LeastWorkers found = least_workers(trials, {"s", 1, 8}, {}, kSure);
  EXPECT_EQ(found.workers, std::nullopt);  // 1, 2, 4 and 8 were tried.
  const LeastWorkers from_three = least_workers(trials, {"s", 3, 8}, {}, kSure);
  EXPECT_EQ(from_three.workers, 3u);
  EXPECT_FALSE(from_three.monotone);
}

SearchResult search_two(MadeUp& made_up) {
  Trials trials(made_up.measure());
  return search(trials, {{"first", 1, 64}, {"second", 1, 64}}, {});
}

TEST(Elimination, FewerWorkersWinHoweverGoodTheOtherIs) {
  MadeUp made_up([](const Candidate& c) {
    if (c.scheduler == "first") return needs(5, c.workers);
    return c.workers >= 4 ? MadeUp::Truth{99.5, 0.1} : MadeUp::Truth{101, 0.1};
  });
  const SearchResult found = search_two(made_up);
  EXPECT_EQ(found.elimination.chosen, (Candidate{"second", 4}));
  EXPECT_EQ(found.elimination.outcome_of({"second", 3}), Outcome::breaks);
  EXPECT_EQ(found.elimination.outcome_of({"first", 5}), Outcome::costs_more);
  EXPECT_EQ(found.elimination.outcome_of({"first", 9}), std::nullopt);
}

TEST(Elimination, WhoIsOutIsNotMeasuredAnyMore) {
  // Four workers are so near to the limit that it takes all replications to tell.
  MadeUp made_up([](const Candidate& c) {
    if (c.workers == 4) return MadeUp::Truth{99.9, 1};
    return needs(4, c.workers);
  });
  Trials trials(made_up.measure());
  const EliminationRule rule;
  const Elimination result =
      eliminate(trials, {{"s", 3}, {"s", 4}, {"s", 5}, {"s", 6}}, rule, kSure);
  EXPECT_GT(made_up.replications_of({"s", 4}), rule.screen);
  EXPECT_EQ(made_up.replications_of({"s", 3}), rule.first);
  EXPECT_EQ(made_up.replications_of({"s", 6}), rule.first);
  EXPECT_EQ(result.outcome_of({"s", 3}), Outcome::breaks);
  EXPECT_EQ(result.outcome_of({"s", 6}), Outcome::costs_more);
}

TEST(Elimination, WhatIsTooNearToTellIsNotDecided) {
  MadeUp made_up([](const Candidate& c) {
    if (c.workers == 4) return MadeUp::Truth{100, 50};
    return needs(4, c.workers);
  });
  Trials trials(made_up.measure());
  const EliminationRule rule;
  const Elimination result = eliminate(trials, {{"s", 3}, {"s", 4}, {"s", 5}}, rule, kSure);
  EXPECT_EQ(made_up.replications_of({"s", 4}), rule.last);
  EXPECT_EQ(result.outcome_of({"s", 4}), Outcome::not_decided);
  EXPECT_EQ(result.chosen, (Candidate{"s", 5}));  // What is known to do.
}

TEST(Elimination, ATieIsCalledATieAndGoesToTheFirst) {
  MadeUp made_up([](const Candidate& c) {
    // Half a percent better is nothing to move for.
    const double good = c.scheduler == "first" ? 80 : 79.6;
    return c.workers >= 2 ? MadeUp::Truth{good, 5} : MadeUp::Truth{150, 5};
  });
  const SearchResult found = search_two(made_up);
  EXPECT_EQ(found.elimination.chosen, (Candidate{"first", 2}));
  EXPECT_EQ(found.elimination.outcome_of({"second", 2}), Outcome::tied);
}

TEST(Elimination, PairsTellApartWhatIntervalsDoNot) {
  // Each is off by 20 %, but together: the same replications are bad for both.
  MadeUp made_up([](const Candidate& c) {
    const double good = c.scheduler == "first" ? 80 : 77;
    return c.workers >= 2 ? MadeUp::Truth{good, 16} : MadeUp::Truth{150, 5};
  });
  const SearchResult found = search_two(made_up);
  EXPECT_EQ(found.elimination.chosen, (Candidate{"second", 2}));
  EXPECT_EQ(found.elimination.outcome_of({"first", 2}), Outcome::worse);
}

TEST(Elimination, MoreIsBetterOfAThroughput) {
  MadeUp made_up([](const Candidate& c) {
    return MadeUp::Truth{c.scheduler == "first" ? 50.0 : 60.0, 1};
  });
  Trials trials(made_up.measure());
  EliminationRule rule;
  rule.tie_break.by.metric = Metric::throughput;
  const Elimination result = eliminate(trials, {{"first", 1}, {"second", 1}}, rule, kSure);
  EXPECT_EQ(result.chosen, (Candidate{"second", 1}));
}

TEST(Elimination, WhoFailsIsOut) {
  Trials trials([](const Candidate& c, std::uint32_t, std::uint32_t count) {
    Evidence evidence;
    if (c.scheduler == "bad") evidence.error = "it gave a wrong answer";
    evidence.readings.assign(1, std::vector<Reading>(count, Reading{50, -50}));
    return evidence;
  });
  const SearchResult found = search(trials, {{"bad", 1, 2}, {"good", 1, 2}}, {});
  EXPECT_EQ(found.elimination.chosen, (Candidate{"good", 1}));
  EXPECT_FALSE(found.schedulers[0].least.workers);
}

TEST(Elimination, AScreeningThatWasTooHopefulIsMadeGood) {
  // On fewer than eight workers the first twenty replications look better than the others are.
  Trials trials([](const Candidate& c, std::uint32_t first, std::uint32_t count) {
    Evidence evidence;
    evidence.readings.emplace_back();
    for (std::uint32_t k = first; k < first + count; ++k) {
      double value = 99;
      if (c.workers < 4) value = 110;
      if (c.workers >= 4 && c.workers < 8) value = k >= 20 ? 120 : k % 2 == 0 ? 80 : 117;
      evidence.readings.back().push_back({value, value - 100});
    }
    return evidence;
  });
  const SearchResult found = search(trials, {{"s", 1, 64}}, {});
  EXPECT_EQ(found.elimination.chosen, (Candidate{"s", 8}));
}

TEST(Elimination, ThatNoneWillDoHasToBeShown) {
  MadeUp made_up([](const Candidate&) { return MadeUp::Truth{100.5, 50}; });
  Trials trials(made_up.measure());
  const SearchResult found = search(trials, {{"s", 1, 8}}, {});
  EXPECT_FALSE(found.elimination.chosen);
  ASSERT_FALSE(found.elimination.weighed.empty());
  for (const Weighed& weighed : found.elimination.weighed) {
    EXPECT_EQ(weighed.outcome, Outcome::not_decided);
  }
}

TEST(Elimination, OfNothingNothingIsChosen) {
  Trials trials({});
  EXPECT_FALSE(search(trials, {}, {}).elimination.chosen);
}

// `late` of 1,000 latencies are long, the others short.
LatencyBins replication(int late, std::int64_t long_ns) {
  LatencyHistogram histogram;
  for (int i = 0; i < 1'000; ++i) histogram.add(Duration(i < late ? long_ns : 1'000 + i));
  return histogram.bins();
}

TEST(TieBreak, ComparesQuantilesAsTheyAreQuoted) {
  Evidence steady;
  Evidence erratic;
  for (int k = 0; k < 20; ++k) {
    steady.sojourns.push_back(replication(20, 100'000));
    erratic.sojourns.push_back(replication(20, 150'000));
  }
  const TieBreak tie_break{.by = {Metric::p99, 0}, .replications = 20};
  EXPECT_GT(tie_break.worse_by(erratic, steady).low(), 0);
  EXPECT_LE(tie_break.worse_by(steady, erratic).high(), 0);
  EXPECT_LE(tie_break.worse_by(steady, steady).high(), 0);
  EXPECT_LT(tie_break.burden(steady), tie_break.burden(erratic));
}

}  // namespace
}  // namespace loopsteal
