// Stealing that costs nothing makes one queue of many: the mean sojourn of every pool that leaves
// no worker idle while a job waits is that of M/G/N, whatever order and share it steals in. The law
// itself, idle time beside waiting work exactly 0, is checked by virtual time in each of these
// runs.
#include <gtest/gtest.h>

#include "tests/theory/trial.hpp"

namespace loopsteal::theory {
namespace {

class ZeroCostPool : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Theory, ZeroCostPool,
                         testing::Values("work_stealing:lifo_slot=off", "random_stealing",
                                         "random_stealing:steal=one",
                                         "random_stealing:local_order=lifo,steal=half",
                                         "random_stealing:local_order=lifo,steal=one",
                                         "random_stealing:local_order=random,steal=all"));

void check(std::string_view service, double expected, double band) {
  const std::string spec = ZeroCostPool::GetParam();
  const Outcome outcome =
      run({.scheduler = spec, .workers = 16, .count = 5'000'000, .service = service});
  EXPECT_EQ(outcome.measurement.virtual_account->idle_while_work_waited, Duration::zero());
  EXPECT_GT(outcome.measurement.total(Op::stolen_job), 0u);
  expect_near("G8 " + std::string(service) + " " + spec, mean(outcome.sojourns), expected, band);
}

TEST_P(ZeroCostPool, G8IsErlangCsQueue) { check("exp", 1.3695896, 0.014); }
TEST_P(ZeroCostPool, G8IsCrommelinsQueue) { check("det", 1.19246703, 0.006); }

}  // namespace
}  // namespace loopsteal::theory
