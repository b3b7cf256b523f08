// The reactor: requests by deadline, descriptors in both directions, and what it refuses.
#include "sched/machine/threads/reactor.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

class ReactorTest : public testing::Test {
 protected:
  ReactorTest() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0); }
  ~ReactorTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  static DescriptorWait wait_for(int descriptor, Direction direction, Job& job) {
    DescriptorWait wait;
    wait.job = &job;
    wait.descriptor = descriptor;
    wait.direction = direction;
    return wait;
  }

  /// Waits, as often as need be, until `count` jobs have come.
  std::vector<Job*> await_jobs(std::size_t count) {
    std::vector<Job*> jobs;
    while (jobs.size() < count) {
      reactor_.wait(kForever);
      JobQueue finished;
      reactor_.take(finished);
      while (Job* const job = finished.pop_front()) jobs.push_back(job);
    }
    return jobs;
  }

  /// What is there now.
  std::size_t jobs_now() {
    JobQueue finished;
    reactor_.take(finished);
    return finished.size();
  }

  void write_one(int end) { EXPECT_EQ(write(ends_[end], "x", 1), 1); }

  void fill(int end) {
    const std::string block(4096, 'x');
    while (write(ends_[end], block.data(), block.size()) > 0) {
    }
  }

  Reactor reactor_;
  Job first_, second_, third_;
  int ends_[2] = {-1, -1};
};

TEST_F(ReactorTest, SleepsUntilTheDeadlineAndNoLonger) {
  const TimePoint deadline = monotonic_now() + 2ms;
  while (monotonic_now() < deadline) reactor_.wait(deadline);
  reactor_.wait(monotonic_now() - 1s);
  EXPECT_EQ(jobs_now(), 0u);
}

TEST_F(ReactorTest, AWakeEndsTheNextWaitOnce) {
  reactor_.wake();
  reactor_.wake();
  reactor_.wait(kForever);
  EXPECT_EQ(jobs_now(), 0u);  // And it is used up:
  const TimePoint deadline = monotonic_now() + 2ms;
  reactor_.wait(deadline);
  EXPECT_GE(monotonic_now(), deadline);
}

TEST_F(ReactorTest, MakesNoLookWhenNobodyWaits) {
  JobQueue finished;
  EXPECT_FALSE(reactor_.take(finished));
  DescriptorWait wait = wait_for(ends_[0], Direction::read, first_);
  EXPECT_TRUE(reactor_.watch(wait));
  EXPECT_TRUE(reactor_.take(finished));
  EXPECT_TRUE(reactor_.cancel(wait));
  EXPECT_FALSE(reactor_.take(finished));
}

TEST_F(ReactorTest, RequestsCompleteInTheOrderOfTheirDeadlinesAndNotBefore) {
  Timer late, early, cancelled;
  const TimePoint start = monotonic_now();
  late.job = &first_;
  late.deadline = start + 6ms;
  early.job = &second_;
  early.deadline = start + 2ms;
  cancelled.job = &third_;
  cancelled.deadline = start + 1ms;
  EXPECT_TRUE(reactor_.start_io(late));
  EXPECT_TRUE(reactor_.start_io(early));
  EXPECT_TRUE(reactor_.start_io(cancelled));
  EXPECT_TRUE(reactor_.cancel_io(cancelled));
  EXPECT_FALSE(reactor_.cancel_io(cancelled));
  EXPECT_EQ(await_jobs(2), (std::vector<Job*>{&second_, &first_}));
  EXPECT_GE(monotonic_now(), late.deadline);
  EXPECT_FALSE(reactor_.cancel_io(early));
}

TEST_F(ReactorTest, AReaderWakesForAByteOnce) {
  DescriptorWait wait = wait_for(ends_[0], Direction::read, first_);
  EXPECT_TRUE(reactor_.watch(wait));
  EXPECT_EQ(jobs_now(), 0u);
  write_one(1);
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
  EXPECT_EQ(jobs_now(), 0u);  // The byte is still there, but nobody waits.
  EXPECT_FALSE(reactor_.cancel(wait));
  EXPECT_TRUE(reactor_.watch(wait));
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
}

// asyncio's _process_events: of one descriptor, the reader comes first.
TEST_F(ReactorTest, OfOneDescriptorTheReaderComesBeforeTheWriter) {
  write_one(1);
  DescriptorWait writer = wait_for(ends_[0], Direction::write, second_);
  DescriptorWait reader = wait_for(ends_[0], Direction::read, first_);
  EXPECT_TRUE(reactor_.watch(writer));
  EXPECT_TRUE(reactor_.watch(reader));
  EXPECT_EQ(await_jobs(2), (std::vector<Job*>{&first_, &second_}));
}

TEST_F(ReactorTest, TheOtherDirectionStaysArmed) {
  fill(0);
  DescriptorWait writer = wait_for(ends_[0], Direction::write, second_);
  DescriptorWait reader = wait_for(ends_[0], Direction::read, first_);
  EXPECT_TRUE(reactor_.watch(writer));
  EXPECT_TRUE(reactor_.watch(reader));
  write_one(1);
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
  EXPECT_EQ(jobs_now(), 0u);
  char block[4096];
  while (read(ends_[1], block, sizeof block) > 0) {
  }
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&second_});
}

TEST_F(ReactorTest, ASecondWaiterOfADirectionIsRefused) {
  DescriptorWait one = wait_for(ends_[0], Direction::read, first_);
  DescriptorWait two = wait_for(ends_[0], Direction::read, second_);
  EXPECT_TRUE(reactor_.watch(one));
  EXPECT_FALSE(reactor_.watch(two));
  EXPECT_EQ(two.error, EBUSY);
  EXPECT_FALSE(reactor_.cancel(two));
  write_one(1);
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
}

TEST_F(ReactorTest, RefusesWhatIsNoDescriptorAndForgetsIt) {
  const int closed = dup(ends_[0]);
  close(closed);
  for (int i = 0; i < 2; ++i)
    for (const int descriptor : {closed, -1}) {
      DescriptorWait wait = wait_for(descriptor, Direction::read, first_);
      EXPECT_FALSE(reactor_.watch(wait));
      EXPECT_EQ(wait.error, EBADF);
    }
  JobQueue finished;
  EXPECT_FALSE(reactor_.take(finished));
}

TEST_F(ReactorTest, ARegularFileIsReadyAtOnceEachTime) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  for (int i = 0; i < 3; ++i) {
    DescriptorWait wait = wait_for(fileno(file), Direction::read, first_);
    EXPECT_FALSE(reactor_.watch(wait));
    EXPECT_EQ(wait.error, 0);
  }
  std::fclose(file);
}

TEST_F(ReactorTest, AnEventThatComesAfterTheCancelFindsNobody) {
  DescriptorWait wait = wait_for(ends_[0], Direction::read, first_);
  EXPECT_TRUE(reactor_.watch(wait));
  write_one(1);
  reactor_.wait(kForever);  // The event is here,
  EXPECT_TRUE(reactor_.cancel(wait));
  EXPECT_EQ(jobs_now(), 0u);
  EXPECT_TRUE(reactor_.watch(wait));
  EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
}

TEST_F(ReactorTest, ANumberThatIsUsedAgainIsRegisteredAgain) {
  int number = -1;
  for (int i = 0; i < 5; ++i) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    if (number >= 0) {
      EXPECT_EQ(pipe_ends[0], number);
    }
    number = pipe_ends[0];
    DescriptorWait wait = wait_for(number, Direction::read, first_);
    EXPECT_TRUE(reactor_.watch(wait));
    EXPECT_EQ(write(pipe_ends[1], "x", 1), 1);
    EXPECT_EQ(await_jobs(1), std::vector<Job*>{&first_});
    close(pipe_ends[0]);
    close(pipe_ends[1]);
  }
}

TEST_F(ReactorTest, AnAbandonedWaitIsNotArmed) {
  TaskControl control;
  control.cancel();
  DescriptorWait wait = wait_for(ends_[0], Direction::read, first_);
  wait.control = &control;
  EXPECT_FALSE(reactor_.watch(wait));
  EXPECT_EQ(wait.error, 0);
  Timer request;
  request.job = &first_;
  request.control = &control;
  EXPECT_FALSE(reactor_.start_io(request));
  JobQueue finished;
  EXPECT_FALSE(reactor_.take(finished));
}

// A wait that another thread arms ends the wait of the worker that sleeps in the reactor.
TEST_F(ReactorTest, AWaitArmedWhileAWorkerSleepsIsSeen) {
  Timer request;
  request.job = &second_;
  DescriptorWait wait = wait_for(ends_[0], Direction::read, first_);
  std::thread other([&] {
    request.deadline = monotonic_now() + 1ms;
    EXPECT_TRUE(reactor_.start_io(request));
    EXPECT_TRUE(reactor_.watch(wait));
    write_one(1);
  });
  EXPECT_EQ(await_jobs(2).size(), 2u);
  other.join();
}

}  // namespace
}  // namespace loopsteal
