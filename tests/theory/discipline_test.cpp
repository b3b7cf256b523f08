// The order in which one worker serves its queue changes no mean, but the tail: M/M/1 at a load of
// 0.8 (Conway, Maxwell, Miller, "Theory of Scheduling", 1967; the last from the distribution of the
// busy period).
#include <gtest/gtest.h>

#include "tests/theory/trial.hpp"

namespace loopsteal::theory {
namespace {

constexpr std::uint64_t kJobs = 5'000'000;

double square(double x) { return x * x; }

std::string serving(const std::string& order) { return "random_stealing:local_order=" + order; }

TEST(Theory, G6FirstInFirstOut) {
  const Outcome outcome = run({.scheduler = "event_loop", .load = 0.8, .count = kJobs});
  expect_near("G6 FIFO E[W]", mean(outcome.waits), 4, 0.02);
  expect_near("G6 FIFO E[W^2]", mean(outcome.waits, square), 40, 0.08);
  expect_near("G6 FIFO p99 W", quantile(outcome.waits, 0.99), 21.91013, 0.06);
}

TEST(Theory, G6FirstInFirstOutFromAWorkersOwnQueue) {
  const Outcome outcome = run({.scheduler = serving("fifo"), .load = 0.8, .count = kJobs});
  expect_near("G6 FIFO, own queue, E[W]", mean(outcome.waits), 4, 0.02);
  expect_near("G6 FIFO, own queue, E[W^2]", mean(outcome.waits, square), 40, 0.08);
}

TEST(Theory, G6InRandomOrder) {
  const Outcome outcome = run({.scheduler = serving("random"), .load = 0.8, .count = kJobs});
  expect_near("G6 SIRO E[W]", mean(outcome.waits), 4, 0.02);
  expect_near("G6 SIRO E[W^2]", mean(outcome.waits, square), 66.6667, 0.08);
}

TEST(Theory, G6LastInFirstOut) {
  const Outcome outcome = run({.scheduler = serving("lifo"), .load = 0.8, .count = kJobs});
  expect_near("G6 LIFO E[W]", mean(outcome.waits), 4, 0.02);
  expect_near("G6 LIFO E[W^2]", mean(outcome.waits, square), 200, 0.10);
  expect_near("G6 LIFO p99 W", quantile(outcome.waits, 0.99), 61.97622, 0.06);
}

}  // namespace
}  // namespace loopsteal::theory
