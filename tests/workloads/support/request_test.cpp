// What the workloads check of themselves: these must be able to say no.
#include "workloads/support/request.hpp"

#include <gtest/gtest.h>

#include "workloads/support/tally.hpp"

namespace loopsteal {
namespace {

TEST(RequestLog, IsCompleteOnceEveryRequestWasServed) {
  RequestLog log(2);
  log[0] = {Duration(1), Duration(3)};
  EXPECT_EQ(log.served(), 1u);
  EXPECT_FALSE(log.complete());
  log[1] = {Duration(0), Duration(0)};
  EXPECT_EQ(log.served(), 2u);
  EXPECT_TRUE(log.complete());
}

TEST(RequestLog, ARequestServedBeforeItArrivedIsWrong) {
  RequestLog log(1);
  log[0] = {Duration(-1), Duration(3)};
  EXPECT_FALSE(log.complete());
}

TEST(RequestLog, ARequestDoneBeforeItBeganIsWrong) {
  RequestLog log(1);
  log[0] = {Duration(5), Duration(3)};
  EXPECT_FALSE(log.complete());
}

TEST(RequestLog, AResultWithARequestMissingIsNotOk) {
  RequestLog log(3);
  log[0] = log[2] = {Duration(1), Duration(2)};
  const WorkloadResult result = result_of(log, 3);
  EXPECT_EQ(result.tasks, 3u);
  EXPECT_EQ(result.answer, 2u);
  EXPECT_FALSE(result.answer_ok);
  EXPECT_EQ(result.samples.size(), 3u);
}

TEST(Tally, SeesATaskThatRanTwiceAndOneThatDidNot) {
  Tally tally(3);
  tally[0] = 1;
  tally[1] = 2;
  EXPECT_EQ(tally.total(), 3u);
  EXPECT_FALSE(tally.each_ran(1));
  tally[1] = 1;
  tally[2] = 1;
  EXPECT_TRUE(tally.each_ran(1));
}

}  // namespace
}  // namespace loopsteal
