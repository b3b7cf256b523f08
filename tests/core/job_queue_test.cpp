// The intrusive FIFO of jobs.
#include "sched/core/job_queue.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

std::vector<Job*> drain(JobQueue& queue) {
  std::vector<Job*> jobs;
  while (Job* const job = queue.pop_front()) jobs.push_back(job);
  return jobs;
}

TEST(JobQueue, IsEmptyAtFirst) {
  JobQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.pop_front(), nullptr);
}

TEST(JobQueue, GivesBackInTheOrderOfPushing) {
  std::array<Job, 3> jobs;
  JobQueue queue;
  for (Job& job : jobs) queue.push_back(job);
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(drain(queue), (std::vector<Job*>{&jobs[0], &jobs[1], &jobs[2]}));
  EXPECT_TRUE(queue.empty());
}

TEST(JobQueue, CanBeFilledAgainAfterItWasEmptied) {
  std::array<Job, 2> jobs;
  JobQueue queue;
  for (int i = 0; i < 3; ++i) {
    queue.push_back(jobs[0]);
    EXPECT_EQ(queue.pop_front(), &jobs[0]);
    queue.push_back(jobs[1]);
    queue.push_back(jobs[0]);
    EXPECT_EQ(drain(queue), (std::vector<Job*>{&jobs[1], &jobs[0]}));
  }
}

TEST(JobQueue, SplicesBehindWhatIsThere) {
  std::array<Job, 4> jobs;
  JobQueue front, back;
  front.push_back(jobs[0]);
  front.push_back(jobs[1]);
  back.push_back(jobs[2]);
  back.push_back(jobs[3]);
  front.splice_back(back);
  EXPECT_TRUE(back.empty());
  EXPECT_EQ(back.size(), 0u);
  EXPECT_EQ(front.size(), 4u);
  EXPECT_EQ(drain(front), (std::vector<Job*>{&jobs[0], &jobs[1], &jobs[2], &jobs[3]}));
}

TEST(JobQueue, SplicesFromAndIntoAnEmptyOne) {
  std::array<Job, 2> jobs;
  JobQueue full, empty;
  full.push_back(jobs[0]);
  full.splice_back(empty);
  EXPECT_EQ(full.size(), 1u);
  empty.splice_back(full);
  EXPECT_TRUE(full.empty());
  empty.push_back(jobs[1]);
  EXPECT_EQ(drain(empty), (std::vector<Job*>{&jobs[0], &jobs[1]}));
}

}  // namespace
}  // namespace loopsteal
