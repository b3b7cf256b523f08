// Which checks there are, and what running them says.
#include "bench/checks/campaign.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/cli/exit_status.hpp"

namespace loopsteal::checks {
namespace {

CheckOptions options(double scale, unsigned threads, std::uint64_t seed = 1) {
  return {.bench = {.seed = seed, .scale = scale, .examples = LOOPSTEAL_EXAMPLES},
          .threads = threads};
}

Check check(std::string_view id, std::vector<Interval> (*run)(Workbench&),
            std::vector<Target> targets = {exactly("answer", 42)}) {
  return {
      .id = id, .what = "a test", .parameters = "none", .targets = std::move(targets), .run = run};
}

std::vector<std::string_view> ids(const std::vector<Check>& checks) {
  std::vector<std::string_view> ids;
  for (const Check& each : checks) ids.push_back(each.id);
  return ids;
}

TEST(AllChecks, AreThereInOrderOfNumber) {
  const std::vector<Check> checks = all_checks();
  ASSERT_EQ(checks.size(), 28u);
  for (std::size_t i = 0; i < checks.size(); ++i)
    EXPECT_EQ(checks[i].id, "G" + std::to_string(i + 1));
}

TEST(AllChecks, SayWhatTheyExpectOrWhyTheyAreNotDone) {
  for (const Check& each : all_checks()) {
    EXPECT_FALSE(each.what.empty()) << each.id;
    EXPECT_FALSE(each.parameters.empty()) << each.id;
    EXPECT_EQ(each.run == nullptr, each.targets.empty()) << each.id;
    EXPECT_EQ(each.run == nullptr, !each.why_not.empty()) << each.id;
    for (const Target& target : each.targets)
      EXPECT_EQ(target.rule == Rule::exact, target.allowed(1) == 0) << each.id;
  }
}

TEST(Chosen, AreThoseNamedInTheirOwnOrder) {
  EXPECT_EQ(ids(chosen(all_checks(), "G9,G2")), (std::vector<std::string_view>{"G2", "G9"}));
  EXPECT_EQ(chosen(all_checks(), "").size(), all_checks().size());
}

TEST(Chosen, MustBeKnown) {
  EXPECT_THROW(chosen(all_checks(), "G1,G99"), UsageError);
  EXPECT_THROW(chosen(all_checks(), "G1,"), UsageError) << "a name is missing";
}

TEST(Campaign, PassesWhatIsRightAndFailsWhatIsNot) {
  const auto right = [](Workbench&) { return std::vector{known(42)}; };
  const auto wrong = [](Workbench&) { return std::vector{known(43)}; };
  const auto unknown = [](Workbench&) { return std::vector{Interval{42, 1, 2}}; };
  const auto missing = [](Workbench&) { return std::vector<Interval>{}; };
  const std::vector checks = {check("G1", right), check("G2", wrong), check("G3", unknown),
                              check("G4", missing), check("G5", nullptr)};
  const std::vector<Outcome> outcomes = run_checks(checks, options(1, 2));
  ASSERT_EQ(outcomes.size(), checks.size());
  EXPECT_EQ(outcomes[0].status, Status::passed);
  EXPECT_EQ(outcomes[1].status, Status::failed);
  EXPECT_EQ(outcomes[2].status, Status::failed);
  EXPECT_EQ(outcomes[3].status, Status::failed);
  EXPECT_EQ(outcomes[4].status, Status::not_done);
  EXPECT_TRUE(any_failed(outcomes));
  EXPECT_FALSE(any_failed(std::span(outcomes).first(1)));
}

TEST(Campaign, FailsWhatThrowsAndGoesOn) {
  const auto throws = [](Workbench&) -> std::vector<Interval> {
    throw std::runtime_error("no books");
  };
  const auto right = [](Workbench&) { return std::vector{known(42)}; };
  const std::vector checks = {check("G1", throws), check("G2", right)};
  const std::vector<Outcome> outcomes = run_checks(checks, options(1, 1));
  EXPECT_EQ(outcomes[0].status, Status::failed);
  EXPECT_EQ(outcomes[0].error, "no books");
  EXPECT_EQ(outcomes[1].status, Status::passed);
}

TEST(Campaign, CountsTheRunsOfAllChecksLast) {
  std::vector<std::string_view> order;
  const std::vector<Outcome> outcomes =
      run_checks(chosen(all_checks(), "G23,G24,G25"), options(0.01, 2),
                 [&](const Outcome& outcome) { order.push_back(outcome.check.id); });
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order.back(), "G24");
  // 4 x 16 replications of 5 policies, 10 runs of G24's own, and 3 of the 300 replications.
  EXPECT_EQ(outcomes[1].note, "333 runs");
  EXPECT_EQ(outcomes[1].status, Status::passed);
}

// A check that waits for threads of its own gets them, however few there are for all.
TEST(Campaign, LeavesThreadsToThoseThatAskForThem) {
  for (int i = 0; i < 5; ++i) {
    const auto outcomes = run_checks(chosen(all_checks(), "G17,G23"), options(0.01, 2));
    EXPECT_EQ(outcomes[1].status, Status::passed);
  }
}

TEST(Campaign, SaysTheSameWithAnyNumberOfThreads) {
  const auto got = [](unsigned threads, std::uint64_t seed) {
    std::vector<double> values;
    for (const Outcome& outcome :
         run_checks(chosen(all_checks(), "G1,G5,G9,G17"), options(0.002, threads, seed))) {
      for (const Interval& each : outcome.got) {
        values.push_back(each.mean);
        values.push_back(each.half_width);
      }
    }
    return values;
  };
  const std::vector<double> one = got(1, 1);
  EXPECT_EQ(one.size(), 2u * (3 + 3 + 3 + 6));
  EXPECT_EQ(one, got(3, 1));
  EXPECT_NE(one, got(1, 2)) << "the seed matters";
}

TEST(Campaign, RefusesWhatMakesNoSense) {
  EXPECT_THROW(run_checks({}, options(0, 1)), UsageError);
  EXPECT_THROW(run_checks({}, options(1.5, 1)), UsageError);
  EXPECT_THROW(run_checks({}, options(1, 0)), UsageError);
}

TEST(Workbench, CountsItsRunsAndSeedsThemByNumber) {
  Ledger ledger;
  Workbench bench({.seed = 7, .scale = 0.25, .examples = {}}, ledger);
  EXPECT_EQ(bench.scaled(10), 3u) << "rounded up, so that something is left";
  EXPECT_EQ(bench.seed_of(3), 7003u);
  bench.run(virtual_point("event_loop", "requests:count=50", 1));
  EXPECT_EQ(ledger.runs, 1u);
  EXPECT_EQ(ledger.breaches, 0u);
  EXPECT_EQ(bench.jobs(), 50u);
  EXPECT_THROW(bench.run(virtual_point("event_loop", "uts:tree=none", 1)), SpecError);
}

}  // namespace
}  // namespace loopsteal::checks
