// What the workloads check of themselves: these must be able to say no.
#include "workloads/support/request.hpp"

#include <gtest/gtest.h>

#include "workloads/support/tally.hpp"

namespace loopsteal {
namespace {

TEST(RequestLog, IsCompleteOnceEveryRequestWasServed) {
  RequestLog log(2);
  log.note(0, {Duration(1), Duration(3)});
  EXPECT_EQ(log.served(), 1u);
  EXPECT_FALSE(log.complete());
  log.note(1, {Duration(0), Duration(0)});
  EXPECT_EQ(log.served(), 2u);
  EXPECT_TRUE(log.complete());
}

TEST(RequestLog, ARequestServedBeforeItArrivedIsWrong) {
  RequestLog log(1);
  log.note(0, {Duration(-1), Duration(3)});
  EXPECT_FALSE(log.complete());
}

TEST(RequestLog, ARequestDoneBeforeItBeganIsWrong) {
  RequestLog log(1);
  log.note(0, {Duration(5), Duration(3)});
  EXPECT_FALSE(log.complete());
}

TEST(RequestLog, AResultWithARequestMissingIsNotOk) {
  RequestLog log(3);
  log.note(0, {Duration(1), Duration(2)});
  log.note(2, {Duration(1), Duration(2)});
  const WorkloadResult result = result_of(log, 3);
  EXPECT_EQ(result.tasks, 3u);
  EXPECT_EQ(result.answer, 2u);
  EXPECT_FALSE(result.answer_ok);
  EXPECT_EQ(result.samples.size(), 3u);
}

// A sink that wants everything and keeps no more than its account.
class Counting final : public RequestSink {
 public:
  bool wants(std::uint64_t requests) override { return requests > 1; }
  void take(std::uint64_t index, const RequestSample& sample) noexcept override {
    ++account_.taken;
    account_.marks += mark_of(index);
    account_.impossible += is_impossible(sample);
  }
  Account account() const noexcept override { return account_; }

 private:
  Account account_;
};

WorkloadResult result_in(Counting& sink, std::initializer_list<std::uint64_t> served,
                         RequestSample sample = {Duration(1), Duration(2)}) {
  RequestLog log(3, WorkloadSetup{.sink = &sink});
  for (const std::uint64_t index : served) log.note(index, sample);
  return result_of(log, 3);
}

TEST(RequestLog, ASinkGetsTheRequestsAndTheAnswerComesFromIt) {
  Counting sink;
  const WorkloadResult result = result_in(sink, {2, 0, 1});
  EXPECT_TRUE(result.answer_ok);
  EXPECT_EQ(result.answer, 3u);
  EXPECT_TRUE(result.samples.empty());
}

TEST(RequestLog, ASinkSeesARequestThatIsMissingTwiceThereOrImpossible) {
  Counting missing;
  EXPECT_FALSE(result_in(missing, {0, 2}).answer_ok);
  Counting twice;
  EXPECT_FALSE(result_in(twice, {0, 2, 2}).answer_ok);
  Counting early;
  EXPECT_FALSE(result_in(early, {0, 1, 2}, {Duration(-1), Duration(2)}).answer_ok);
}

TEST(RequestLog, KeepsWhatTheSinkDoesNotWant) {
  Counting sink;
  RequestLog log(1, WorkloadSetup{.sink = &sink});
  log.note(0, {Duration(1), Duration(2)});
  EXPECT_EQ(sink.account().taken, 0u);
  EXPECT_EQ(log.take().size(), 1u);
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
