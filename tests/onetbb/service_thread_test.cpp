#include "sched/onetbb/service_thread.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

/// What the service thread passed on.
class Arrivals {
 public:
  void add(Job& job, ReadyCause cause) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
    causes_.push_back(cause);
    arrived_.notify_all();
  }
  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return jobs_.size() >= count; });
  }
  std::vector<Job*> jobs_;
  std::vector<ReadyCause> causes_;

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
};

struct TestTimer : Timer {
  explicit TestTimer(TimePoint when) {
    job = &own_job;
    deadline = when;
  }
  Job own_job;
};

class ServiceThreadTest : public testing::Test {
 protected:
  Arrivals arrivals_;
  ServiceThread service_{1ms, [this](Job& job, ReadyCause cause) { arrivals_.add(job, cause); }};
};

TEST_F(ServiceThreadTest, PassesTimersOnInTheOrderOfTheirDeadlines) {
  const TimePoint now = monotonic_now();
  TestTimer later(now + 20ms);
  TestTimer sooner(now + 10ms);
  TestTimer at_once(now - 1s);
  EXPECT_TRUE(service_.submit_at(later));
  EXPECT_TRUE(service_.submit_at(sooner));
  arrivals_.await(2);
  EXPECT_GE(monotonic_now(), later.deadline);
  EXPECT_EQ(arrivals_.jobs_, (std::vector<Job*>{&sooner.own_job, &later.own_job}));
  EXPECT_TRUE(service_.submit_at(at_once));
  arrivals_.await(3);
  EXPECT_EQ(arrivals_.causes_, std::vector<ReadyCause>(3, ReadyCause::timer));
}

TEST_F(ServiceThreadTest, RoundsDeadlinesUpToTheGranularity) {
  TestTimer timer(TimePoint(1'000'000'001ns));
  EXPECT_TRUE(service_.submit_at(timer));
  arrivals_.await(1);
  EXPECT_EQ(timer.deadline, TimePoint(1'001'000'000ns));
  TestTimer never(kForever);
  EXPECT_TRUE(service_.submit_at(never));
  EXPECT_EQ(never.deadline, kForever);
  EXPECT_TRUE(service_.cancel(never));
}

TEST_F(ServiceThreadTest, ACancelledTimerDoesNotFire) {
  const TimePoint now = monotonic_now();
  TestTimer cancelled(now + 5ms);
  TestTimer other(now + 10ms);
  EXPECT_TRUE(service_.submit_at(other));
  EXPECT_TRUE(service_.submit_at(cancelled));
  // It may have fired by now, on a slow machine; then cancel() must say so.
  const bool taken_back = service_.cancel(cancelled);
  arrivals_.await(taken_back ? 1 : 2);
  EXPECT_EQ(arrivals_.jobs_.size(), taken_back ? 1u : 2u);
  EXPECT_FALSE(service_.cancel(cancelled));
  EXPECT_FALSE(service_.cancel(other));
}

TEST_F(ServiceThreadTest, PassesOnRequestsAsIo) {
  TestTimer request(monotonic_now() + 1ms);
  EXPECT_TRUE(service_.start_io(request));
  arrivals_.await(1);
  EXPECT_EQ(arrivals_.causes_.front(), ReadyCause::io);
  EXPECT_FALSE(service_.cancel_io(request));
}

}  // namespace
}  // namespace loopsteal
