// The whole way, where theory says how many workers it takes: M/M/n at no cost, for which Erlang's
// formula gives every quantile.
#include "bench/advise/advice.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bench/advise/advice_report.hpp"
#include "bench/theory/erlang.hpp"

namespace loopsteal {
namespace {

const WorkloadCatalog kWorkloads = built_in_workloads();
constexpr double kMeanNs = 50'000;

double p99_on(WorkerId workers, double busy) {
  return theory::SharedExponential(workers, busy / workers).sojourn_quantile(0.99);
}

// The least n whose p99 is at most that many mean sizes.
WorkerId least_by_erlang(double busy, double limit) {
  auto workers = static_cast<WorkerId>(busy) + 1;
  while (p99_on(workers, busy) > limit) ++workers;
  return workers;
}

// In the middle between what n workers and one fewer have, so that neither is near.
double limit_for(WorkerId workers, double busy) {
  return (p99_on(workers, busy) + p99_on(workers - 1, busy)) / 2;
}

AdviceQuestion question(double busy, double limit, std::vector<std::string> schedulers) {
  return {.demand = Demand(fmt::format("requests:load={}", busy), 1, kWorkloads),
          .schedulers = std::move(schedulers),
          .workers_max = 32,
          .rule = {},
          .simulation = {.objectives = {{Metric::p99, limit * kMeanNs}}, .costs = {}}};
}

TEST(Advice, TakesAsManyWorkersAsErlangSays) {
  struct Case {
    double busy;
    WorkerId workers;
  };
  for (const auto& [busy, workers] : {Case{1.5, 3}, Case{3.2, 5}, Case{6.4, 8}}) {
    const double limit = limit_for(workers, busy);
    ASSERT_EQ(least_by_erlang(busy, limit), workers);
    const AdviceQuestion asked = question(busy, limit, {"shared_queue"});
    const Advice advice = advise(asked, kWorkloads);
    ASSERT_TRUE(advice.choice) << busy;
    EXPECT_EQ(advice.choice->workers, workers) << busy;
    ASSERT_TRUE(advice.check);
    EXPECT_TRUE(advice.check->passed()) << check_sentence(advice);
    const Estimate p99 = advice.evidence.estimate(0, asked.simulation.objectives[0]);
    EXPECT_NEAR(p99.value / kMeanNs, p99_on(workers, busy), 0.05 * p99_on(workers, busy));
  }
}

TEST(Advice, LoopsThatShareNothingTakeMoreThanAQueue) {
  const double limit = limit_for(5, 3.2);
  const Advice advice =
      advise(question(3.2, limit, {"event_loop", "sharded_loops", "shared_queue"}), kWorkloads);
  ASSERT_TRUE(advice.choice);
  EXPECT_EQ(*advice.choice, (Candidate{"shared_queue", 5}));
  EXPECT_FALSE(advice.schedulers[0].least.workers);
  EXPECT_EQ(advice.schedulers[0].workers, 0u);  // Overloaded: it was not even tried.
  EXPECT_GT(advice.schedulers[1].least.workers.value_or(99), 5u);
}

TEST(Advice, MoreLoadIsKnownToTakeMore) {
  const double limit = limit_for(8, 6.4);
  const Advice advice = advise(question(6.4, limit, {"shared_queue"}), kWorkloads);
  ASSERT_EQ(advice.variations.size(), 4u);  // Nothing costs anything.
  const auto& less = advice.variations[0];
  const auto& more = advice.variations[1];
  EXPECT_EQ(less.choice, Standing::kept);
  EXPECT_EQ(less.best->workers, least_by_erlang(6.4 * 0.9, limit));
  EXPECT_EQ(more.best->workers, least_by_erlang(6.4 * 1.1, limit));
}

TEST(Advice, SaysSoWhenNoneWillDo) {
  // No number of workers makes a request shorter.
  const AdviceQuestion asked = question(1.5, 1, {"shared_queue", "event_loop"});
  const Advice advice = advise(asked, kWorkloads);
  EXPECT_FALSE(advice.choice);
  EXPECT_FALSE(advice.check);
  EXPECT_NE(verdict_of(advice, asked).find("None will do"), std::string::npos);
}

TEST(Advice, AnObjectiveWithoutRequestsIsRefused) {
  AdviceQuestion asked{.demand = Demand("skynet:levels=2", 1, kWorkloads),
                       .schedulers = {"shared_queue"},
                       .simulation = {.objectives = {{Metric::p99, 1e6}}, .costs = {}}};
  EXPECT_THROW(static_cast<void>(advise(asked, kWorkloads)), SpecError);
}

TEST(Advice, ThreadsChangeNothing) {
  AdviceQuestion asked = question(1.5, limit_for(3, 1.5), {"shared_queue", "work_stealing"});
  const AdviceTitle title{"requests:load=1.5", 1};
  const Json one = to_json(advise(asked, kWorkloads), asked, title);
  asked.simulation.threads = 3;
  EXPECT_EQ(to_json(advise(asked, kWorkloads), asked, title), one);
}

TEST(Advice, Stops) {
  AdviceQuestion asked = question(1.5, limit_for(3, 1.5), {"shared_queue"});
  asked.simulation.stop = [] { return true; };
  EXPECT_THROW(static_cast<void>(advise(asked, kWorkloads)), Stopped);
}

TEST(AdviceCheck, PassesOnlyIfItHoldsAndOneFewerDoesNot) {
  AdviceCheck check;
  check.choice_standing = Standing::kept;
  EXPECT_TRUE(check.passed());  // There is no fewer than one.
  check.fewer.emplace();
  check.fewer_standing = Standing::open;
  EXPECT_FALSE(check.passed());
  check.fewer_standing = Standing::kept;
  EXPECT_FALSE(check.passed());
  check.fewer_overloaded = true;
  EXPECT_TRUE(check.passed());
  check.choice_standing = Standing::open;
  EXPECT_FALSE(check.passed());
}

}  // namespace
}  // namespace loopsteal
