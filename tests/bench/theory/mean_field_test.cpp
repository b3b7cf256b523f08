// The limits for very many workers against closed forms and fixed points computed elsewhere.
#include "bench/theory/mean_field.hpp"

#include <array>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

double sojourn(double load, const StealingRule& rule) {
  return stealing_limit(load, rule).sojourn_mean;
}

TEST(StealingLimit, SimpleStealingAgreesWithTheTable) {
  struct Row {
    double load;
    double sojourn_mean;
  };
  for (const Row& row : {Row{0.5, 1.618034},
                         {0.7, 2.107275},
                         {0.8, 2.561553},
                         {0.9, 3.541381},
                         {0.98, 7.517834},
                         {0.99, 10.462429}}) {
    EXPECT_NEAR(sojourn(row.load, {}), row.sojourn_mean, 5.1e-7);
  }
}

TEST(StealingLimit, StealsPerTaskAgreeWithTheTable) {
  struct Row {
    double load;
    double steals;
  };
  for (const Row& row :
       {Row{0.5, 0.118034}, {0.7, 0.174546}, {0.8, 0.190388}, {0.9, 0.182376}, {0.95, 0.154604}}) {
    EXPECT_NEAR(stealing_limit(row.load, {}).steals_per_task, row.steals, 5.1e-7);
  }
}

TEST(StealingLimit, ThresholdsAgreeWithTheTable) {
  struct Row {
    double load;
    std::array<double, 5> by_threshold;  // From 2 on.
  };
  for (const Row& row : {Row{0.5, {1.618034, 1.742919, 1.836116, 1.899363, 1.939951}},
                         {0.8, {2.561553, 2.923897, 3.208583, 3.449797, 3.659063}},
                         {0.9, {3.541381, 4.199645, 4.686823, 5.092133, 5.446887}},
                         {0.95, {4.887482, 6.009178, 6.816542, 7.472810, 8.037912}}}) {
    for (std::uint64_t threshold = 2; threshold <= 6; ++threshold) {
      EXPECT_NEAR(sojourn(row.load, {.threshold = threshold}), row.by_threshold[threshold - 2],
                  5.1e-7)
          << "load " << row.load << ", threshold " << threshold;
    }
  }
}

TEST(StealingLimit, RepeatedAttemptsAgreeWithTheTable) {
  struct Row {
    double load;
    double rate;
    double sojourn_mean;
  };
  for (const Row& row :
       {Row{0.5, 0.5, 1.457427}, {0.5, 1, 1.366025},    {0.5, 2, 1.263763},   {0.5, 5, 1.145497},
        {0.5, 10, 1.083874},     {0.5, 100, 1.009805},  {0.8, 0.5, 2.207825}, {0.8, 1, 2},
        {0.8, 5, 1.457427},      {0.8, 10, 1.283349},   {0.8, 100, 1.038149}, {0.9, 0.5, 3},
        {0.9, 1, 2.679449},      {0.9, 2, 2.302776},    {0.9, 5, 1.822876},   {0.9, 10, 1.533529},
        {0.9, 100, 1.082331},    {0.95, 0.5, 4.093976}, {0.95, 1, 3.622499},  {0.95, 2, 3.065801},
        {0.95, 5, 2.348423},     {0.95, 10, 1.906155},  {0.95, 100, 1.161905}}) {
    EXPECT_NEAR(sojourn(row.load, {.retry_rate = row.rate}), row.sojourn_mean, 5.1e-7)
        << "load " << row.load << ", rate " << row.rate;
  }
}

TEST(StealingLimit, SeveralVictimsAgreeWithTheTable) {
  EXPECT_NEAR(sojourn(0.9, {.victims = 1}), 3.541381, 5.1e-7);
  EXPECT_NEAR(sojourn(0.9, {.victims = 2}), 2.220439, 5.1e-7);
  EXPECT_NEAR(sojourn(0.9, {.victims = 3}), 1.787292, 5.1e-7);
  EXPECT_NEAR(sojourn(0.95, {.victims = 2}), 2.639776, 5.1e-7);
  EXPECT_NEAR(sojourn(0.95, {.victims = 3}), 2.006971, 5.1e-7);
}

TEST(StealingLimit, JourneysAgreeWithTheTable) {
  struct Row {
    double journey;
    double load;
    std::array<double, 5> by_threshold;  // From 2 on; 0 where none is given.
    double error;
  };
  for (const Row& row : {Row{4, 0.9, {7.19450, 7.07646, 7.01471, 7.00101, 7.02635}, 5.1e-6},
                         {4, 0.95, {13.2795, 13.1535, 13.0613, 12.9994, 12.9652}, 5.1e-5},
                         {1, 0.9, {5.26133, 5.43908, 5.64195, 5.85317, 6.06574}, 5.1e-6},
                         {0.25, 0.9, {4.09069, 4.59418, 4.99309, 5.33755, 5.64723}, 5.1e-6}}) {
    for (std::uint64_t threshold = 2; threshold <= 6; ++threshold) {
      EXPECT_NEAR(sojourn(row.load, {.threshold = threshold, .journey = row.journey}),
                  row.by_threshold[threshold - 2], row.error)
          << "load " << row.load << ", journey " << row.journey << ", threshold " << threshold;
    }
  }
}

TEST(StealingLimit, AShortJourneyIsNone) {
  for (const double load : {0.5, 0.99}) {
    const StealingLimit instant = stealing_limit(load, {.threshold = 3});
    const StealingLimit nearly = stealing_limit(load, {.threshold = 3, .journey = 1e-7});
    EXPECT_NEAR(nearly.sojourn_mean, instant.sojourn_mean, 1e-5);
    EXPECT_NEAR(nearly.steals_per_task, instant.steals_per_task, 1e-6);
  }
}

TEST(StealingLimit, WithoutAttemptsEveryWorkerIsAlone) {
  const StealingLimit alone = stealing_limit(0.8, {.when_emptied = false});
  EXPECT_NEAR(alone.sojourn_mean, 5, 1e-9);
  EXPECT_NEAR(alone.steals_per_task, 0, 1e-12);
  EXPECT_NEAR(sojourn(0.8, {.threshold = 500}), 5, 1e-9);
}

TEST(StealingLimit, IdleWorkersAloneAreThePullOfTheLiterature) {
  for (const double load : {0.5, 0.9}) {
    for (const double rate : {0.3, 2.0, 50.0}) {
      const StealingRule rule{.when_emptied = false, .retry_rate = rate};
      EXPECT_NEAR(sojourn(load, rule), pull_sojourn_mean(load, rate * (1 - load)), 1e-9);
    }
  }
}

TEST(StealingLimit, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(stealing_limit(1, {}), std::invalid_argument);
  EXPECT_THROW(stealing_limit(0.5, {.threshold = 1}), std::invalid_argument);
  EXPECT_THROW(stealing_limit(0.5, {.victims = 0}), std::invalid_argument);
  EXPECT_THROW(stealing_limit(0.5, {.retry_rate = -1}), std::invalid_argument);
  EXPECT_THROW(stealing_limit(0.5, {.victims = 2, .journey = 1}), std::invalid_argument);
  EXPECT_THROW(stealing_limit(0.5, {.retry_rate = 1, .journey = 1}), std::invalid_argument);
}

TEST(PullAndPush, AgreeWithTheTableAndCrossWhereItSays) {
  EXPECT_NEAR(pull_sojourn_mean(0.7, 0.1), 2.75, 1e-12);
  EXPECT_NEAR(push_sojourn_mean(0.7, 0.1), 2.916667, 5.1e-7);
  EXPECT_NEAR(pull_sojourn_mean(0.7, 1), 1.538462, 5.1e-7);
  EXPECT_NEAR(push_sojourn_mean(0.7, 1), 1.372549, 5.1e-7);
  EXPECT_NEAR(push_beats_pull_above(0.7), 0.6333, 5.1e-5);
  EXPECT_NEAR(push_beats_pull_above(0.8), 2.2, 1e-9);
  EXPECT_NEAR(push_beats_pull_above(0.9), 7.1, 1e-9);
  EXPECT_NEAR(push_beats_pull_above(0.95), 17.05, 1e-9);
  EXPECT_LT(push_beats_pull_above(0.6), 0);
  for (const double load : {0.7, 0.9}) {
    const double probes = push_beats_pull_above(load);
    EXPECT_NEAR(pull_sojourn_mean(load, probes), push_sojourn_mean(load, probes), 1e-9);
  }
}

TEST(PullAndPush, RefuseWhatHasNoAnswer) {
  EXPECT_THROW(pull_sojourn_mean(1, 1), std::invalid_argument);
  EXPECT_THROW(push_sojourn_mean(0.5, -1), std::invalid_argument);
  EXPECT_THROW(push_sojourn_mean(0.7, 1.7), std::invalid_argument);
  EXPECT_THROW(push_beats_pull_above(0), std::invalid_argument);
}

TEST(ShortestOf, AgreesWithTheTable) {
  struct Row {
    double load;
    std::array<double, 4> by_choices;
  };
  constexpr std::array<std::uint64_t, 4> kChoices = {1, 2, 3, 5};
  for (const Row& row : {Row{0.5, {2, 1.265686, 1.125244, 1.031250}},
                         {0.7, {3.333333, 1.614454, 1.356842, 1.168093}},
                         {0.8, {5, 1.947363, 1.580886, 1.328918}},
                         {0.9, {10, 2.614057, 2.027856, 1.632881}},
                         {0.95, {20, 3.383046, 2.535133, 1.988772}},
                         {0.99, {100, 5.431997, 3.857847, 2.901683}}}) {
    for (std::size_t i = 0; i < kChoices.size(); ++i) {
      EXPECT_NEAR(shortest_of_sojourn_mean(row.load, kChoices[i]), row.by_choices[i], 5.1e-7)
          << "load " << row.load << ", choices " << kChoices[i];
    }
  }
  EXPECT_NEAR(0.9 * shortest_of_sojourn_mean(0.9, 2), 2.352651, 1e-6);
}

TEST(ShortestOf, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(shortest_of_sojourn_mean(1, 2), std::invalid_argument);
  EXPECT_THROW(shortest_of_sojourn_mean(0.5, 0), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
