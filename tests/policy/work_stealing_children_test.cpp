// WorkStealing asked for the child that a joiner would wait for: given if a step would run it next,
// and counted as that step would count it.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/core/coro/task.hpp"
#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::options_of;
using testing::Stealing;

Task<void> nothing() { co_return; }

/// A joiner and its children, numbered in the order in which they were made ready.
class Family final : public Completion {
 public:
  void spawn_on(Stealing& stealing, int count) {
    for (; count > 0; --count) {
      tasks_.push_back(nothing());
      PromiseBase& promise = tasks_.back().promise();
      promise.completion = this;
      stealing.policy.submit(promise.job, ReadyCause::spawned);
    }
  }
  /// Its number; -1 for null.
  [[nodiscard]] int number_of(const Job* job) const {
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      if (&tasks_[i].promise().job == job) return static_cast<int>(i);
    return -1;
  }
  void complete(PromiseBase&) noexcept override {}

 private:
  std::vector<Task<void>> tasks_;
};

class Children : public ::testing::Test {
 protected:
  void begin(const std::string& settings, WorkerId workers = 1) {
    stealing = std::make_unique<Stealing>(workers, options_of(settings));
    stealing->machine.worker = 0;
  }
  int take(const Family& joiner) { return joiner.number_of(stealing->policy.take_child(joiner)); }
  std::vector<int> take_all(const Family& joiner) {
    std::vector<int> taken;
    for (int child; (child = take(joiner)) >= 0;) taken.push_back(child);
    return taken;
  }
  [[nodiscard]] std::uint64_t count(Op op) const { return stealing->machine.count(0, op); }

  Family family;  // Whose jobs are in the queues, and so outlive them.
  std::unique_ptr<Stealing> stealing;
};

TEST_F(Children, ComeFromTheSlot) {
  begin("");
  family.spawn_on(*stealing, 1);
  EXPECT_EQ(take(family), 0);
  EXPECT_EQ(take(family), -1);
  EXPECT_EQ(count(Op::lifo_poll), 1u);
  EXPECT_EQ(stealing->policy.queue_depth(0), 0u);
  EXPECT_EQ(stealing->machine.gone_on.size(), 1u);
}

TEST_F(Children, ComeFromADequeNewestFirst) {
  begin("local_order=lifo");
  family.spawn_on(*stealing, 4);
  EXPECT_THAT(take_all(family), ElementsAre(3, 2, 1, 0));
  EXPECT_EQ(count(Op::lifo_poll), 1u);
  EXPECT_EQ(count(Op::pop_local), 3u);
  EXPECT_EQ(stealing->machine.gone_on.size(), 4u);
}

TEST_F(Children, StayInARingWhoseNextIsItsOldest) {
  begin("");
  family.spawn_on(*stealing, 3);
  EXPECT_THAT(take_all(family), ElementsAre(2));
  EXPECT_EQ(stealing->policy.queue_depth(0), 2u);
}

TEST_F(Children, StayInASlotThatOthersMayEmpty) {
  begin("lifo_slot=stealable,local_order=lifo");
  family.spawn_on(*stealing, 2);
  EXPECT_THAT(take_all(family), IsEmpty());
  EXPECT_EQ(stealing->policy.queue_depth(0), 2u);
}

TEST_F(Children, OfOthersStayWhereTheyAre) {
  for (const char* const settings : {"local_order=lifo", "local_order=lifo,lifo_slot=off"}) {
    begin(settings);
    Family own, other;
    own.spawn_on(*stealing, 1);
    other.spawn_on(*stealing, 1);
    EXPECT_EQ(take(own), -1) << settings;
    EXPECT_EQ(stealing->policy.queue_depth(0), 2u) << settings;
    EXPECT_THAT(stealing->machine.gone_on, IsEmpty()) << settings;
    EXPECT_EQ(take(other), 0) << settings;
    EXPECT_EQ(take(own), 0) << settings;
  }
}

TEST_F(Children, AreNotGivenOutsideOrAtTheEnd) {
  begin("local_order=lifo");
  family.spawn_on(*stealing, 2);
  stealing->machine.worker = kNoWorker;
  EXPECT_EQ(take(family), -1);
  stealing->machine.worker = 0;
  stealing->machine.stopping = true;
  EXPECT_EQ(take(family), -1);
  stealing->machine.stopping = false;
  EXPECT_THAT(take_all(family), ElementsAre(1, 0));
}

TEST_F(Children, LetTheInjectorHaveItsTurn) {
  begin("local_order=lifo,lifo_slot=off,global_queue_interval=3");
  family.spawn_on(*stealing, 8);
  stealing->machine.worker = kNoWorker;
  stealing->submit(100);
  stealing->machine.worker = 0;
  EXPECT_THAT(take_all(family), ElementsAre(7, 6));
  EXPECT_EQ(stealing->next(0), 100);
  EXPECT_THAT(take_all(family), ElementsAre(5, 4, 3, 2, 1, 0)) << "an empty injector needs none";
}

TEST_F(Children, LetEventsHaveTheirTurn) {
  begin("local_order=lifo,lifo_slot=off,event_interval=3");
  family.spawn_on(*stealing, 8);
  stealing->finish_io(100);
  EXPECT_THAT(take_all(family), ElementsAre(7, 6));
  EXPECT_EQ(stealing->machine.polls.size(), 1u);
  EXPECT_EQ(stealing->next(0), 100) << "the newest of all";
  EXPECT_THAT(take_all(family), ElementsAre(5, 4, 3, 2, 1, 0));
}

TEST_F(Children, UseUpTheSlotsCap) {
  begin("local_order=lifo,lifo_cap=2");
  for (int i = 0; i < 2; ++i) {
    family.spawn_on(*stealing, 1);
    EXPECT_EQ(take(family), i);
  }
  family.spawn_on(*stealing, 1);  // The slot is closed to it.
  EXPECT_EQ(take(family), 2);
  EXPECT_EQ(count(Op::lifo_poll), 2u);
  EXPECT_EQ(count(Op::pop_local), 1u);
  family.spawn_on(*stealing, 1);  // Which began a new chain.
  EXPECT_EQ(take(family), 3);
  EXPECT_EQ(count(Op::lifo_poll), 3u);
}

}  // namespace
}  // namespace loopsteal
