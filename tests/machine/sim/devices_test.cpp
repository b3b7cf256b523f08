// Requests, calls on the blocking pool and clients in virtual time, each by hand.
#include "sched/machine/sim/devices.hpp"

#include <chrono>
#include <deque>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

struct Request {
  explicit Request(TimePoint deadline) {
    timer.job = &job;
    timer.deadline = deadline;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  Job job;
  Timer timer;
};

TEST(SimReactor, GivesWhatHasCompletedInTheOrderOfCompletion) {
  SimReactor reactor;
  EXPECT_TRUE(reactor.idle());
  EXPECT_EQ(reactor.next_deadline(), kForever);
  Request late(at(3ms)), early(at(1ms)), tied(at(1ms)), cancelled(at(2ms));
  for (Request* request : {&late, &early, &tied, &cancelled}) reactor.start(request->timer);
  EXPECT_TRUE(reactor.cancel(cancelled.timer));
  EXPECT_FALSE(reactor.cancel(cancelled.timer));
  EXPECT_EQ(reactor.next_deadline(), at(1ms));
  JobQueue finished;
  reactor.take_finished(at(1ms) - Duration(1), finished);
  EXPECT_TRUE(finished.empty());
  reactor.take_finished(at(2ms), finished);
  EXPECT_EQ(finished.pop_front(), &early.job);
  EXPECT_EQ(finished.pop_front(), &tied.job);
  EXPECT_TRUE(finished.empty());
  EXPECT_EQ(reactor.next_deadline(), at(3ms));
  reactor.take_finished(at(1h), finished);
  EXPECT_EQ(finished.pop_front(), &late.job);
  EXPECT_TRUE(reactor.idle());
}

TEST(SimReactor, ACancelledRequestIsNoLongerTheNext) {
  SimReactor reactor;
  Request first(at(1ms)), second(at(2ms));
  reactor.start(first.timer);
  reactor.start(second.timer);
  EXPECT_TRUE(reactor.cancel(first.timer));
  EXPECT_EQ(reactor.next_deadline(), at(2ms));
}

// ---- The blocking pool --------------------------------------------------------------------------

BlockingCall call_of(Duration duration) {
  BlockingCall call;
  call.duration = duration;
  return call;
}

/// Which calls end, and when, until none is under way.
std::vector<std::pair<std::size_t, Duration>> ends(SimBlockingPool& pool,
                                                   const std::deque<BlockingCall>& calls) {
  std::vector<std::pair<std::size_t, Duration>> result;
  while (pool.next_end() != kForever) {
    const Duration end = pool.next_end().time_since_epoch();
    const BlockingCall& ended = pool.take_ended();
    for (std::size_t i = 0; i < calls.size(); ++i)
      if (&calls[i] == &ended) result.emplace_back(i, end);
  }
  return result;
}

using Ends = std::vector<std::pair<std::size_t, Duration>>;

TEST(SimBlockingPool, CallsRunSideBySideAndEndInTheirOrder) {
  SimBlockingPool pool(4);
  std::deque<BlockingCall> calls{call_of(3ms), call_of(1ms), call_of(2ms), call_of(1ms)};
  for (BlockingCall& call : calls) pool.submit(call, at(10ms));
  EXPECT_EQ(ends(pool, calls), (Ends{{1, 11ms}, {3, 11ms}, {2, 12ms}, {0, 13ms}}));
  EXPECT_EQ(pool.next_end(), kForever);
}

TEST(SimBlockingPool, WithoutAFreeThreadACallWaitsItsTurn) {
  SimBlockingPool pool(2);
  std::deque<BlockingCall> calls{call_of(5ms), call_of(2ms), call_of(2ms), call_of(4ms),
                                 call_of(1ms)};
  for (BlockingCall& call : calls) pool.submit(call, at(0ms));
  // The second thread takes calls 2 and 3 at 2 ms and 4 ms, the first takes the last at 5 ms.
  EXPECT_EQ(ends(pool, calls), (Ends{{1, 2ms}, {2, 4ms}, {0, 5ms}, {4, 6ms}, {3, 8ms}}));
  BlockingCall later = call_of(1ms);
  pool.submit(later, at(20ms));
  EXPECT_EQ(pool.next_end(), at(21ms));
}

TEST(SimBlockingPool, OneThreadIsAQueue) {
  SimBlockingPool pool(1);
  std::deque<BlockingCall> calls(50, call_of(1ms));
  for (BlockingCall& call : calls) pool.submit(call, at(0ms));
  const Ends all = ends(pool, calls);
  ASSERT_EQ(all.size(), calls.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].first, i);
    EXPECT_EQ(all[i].second, (i + 1) * 1ms);
  }
}

TEST(SimBlockingPool, ACallThatTakesForEverNeverEnds) {
  SimBlockingPool pool(1);
  BlockingCall call = call_of(Duration::max());
  pool.submit(call, at(1h));
  EXPECT_EQ(pool.next_end(), kForever);
}

// ---- Outside ------------------------------------------------------------------------------------

TEST(OutsideList, GivesTheEarliestFirstAndEqualsAsTheyCame) {
  OutsideList list;
  EXPECT_EQ(list.next_deadline(), kForever);
  std::deque<OutsideWait> waits(5);
  const Duration deadlines[] = {3ms, 1ms, 2ms, 1ms, 3ms};
  for (std::size_t i = 0; i < waits.size(); ++i) {
    waits[i].deadline = at(deadlines[i]);
    list.insert(waits[i]);
  }
  for (const std::size_t expected : {1u, 3u, 2u, 0u, 4u}) {
    EXPECT_EQ(list.next_deadline(), waits[expected].deadline);
    EXPECT_EQ(&list.take_first(), &waits[expected]);
  }
  EXPECT_EQ(list.next_deadline(), kForever);
}

}  // namespace
}  // namespace loopsteal
