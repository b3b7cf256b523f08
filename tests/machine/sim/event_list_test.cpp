// The event list against the plainest thing that does the same: a list that is searched.
#include "sched/machine/sim/event_list.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

TimePoint at(std::int64_t ns) { return TimePoint(Duration(ns)); }

/// What event_list.hpp promises, by looking at everything each time.
class NaiveList {
 public:
  NaiveList(EventList::Id places, EventList::Id devices)
      : first_device_(places - devices), events_(places) {}

  void schedule(EventList::Id id, std::int64_t when) {
    std::optional<Event>& event = events_[id];
    const bool is_now = event && event->at <= now_;
    if (id < first_device_ && is_now && (when <= now_ || event->said_now)) return;
    event = Event{when, ++sequence_, id < first_device_ && when <= now_};
  }
  void cancel(EventList::Id id) { events_[id].reset(); }
  void clear() {
    for (auto& event : events_) event.reset();
  }

  [[nodiscard]] bool scheduled(EventList::Id id) const { return events_[id].has_value(); }
  [[nodiscard]] std::int64_t at_of(EventList::Id id) const { return events_[id]->at; }
  [[nodiscard]] std::int64_t now() const { return now_; }
  [[nodiscard]] bool empty() const { return next() == events_.size(); }
  [[nodiscard]] bool more_now() const { return !empty() && events_[next()]->at <= now_; }

  EventList::Id pop() {
    const auto id = static_cast<EventList::Id>(next());
    now_ = events_[id]->at;
    events_[id].reset();
    return id;
  }

 private:
  struct Event {
    std::int64_t at;
    std::uint64_t number;
    bool said_now;  ///< Scheduled for the moment at which it was scheduled: it stays there.
  };

  [[nodiscard]] std::size_t next() const {
    std::size_t best = events_.size();
    for (std::size_t id = 0; id < events_.size(); ++id)
      if (events_[id] && (best == events_.size() || before(id, best))) best = id;
    return best;
  }
  [[nodiscard]] bool before(std::size_t a, std::size_t b) const {
    if (events_[a]->at != events_[b]->at) return events_[a]->at < events_[b]->at;
    const bool device_a = a >= first_device_, device_b = b >= first_device_;
    if (device_a != device_b) return device_a;
    return events_[a]->number < events_[b]->number;
  }

  const EventList::Id first_device_;
  std::vector<std::optional<Event>> events_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
};

void expect_same_state(EventList& list, const NaiveList& naive, EventList::Id places) {
  ASSERT_EQ(list.empty(), naive.empty());
  ASSERT_EQ(list.more_now(), naive.more_now());
  ASSERT_EQ(list.now(), at(naive.now()));
  for (EventList::Id id = 0; id < places; ++id) {
    ASSERT_EQ(list.scheduled(id), naive.scheduled(id)) << id;
    if (naive.scheduled(id)) {
      ASSERT_EQ(list.at(id), at(naive.at_of(id))) << id;
    }
  }
}

/// Schedules, moves, cancels and pops at random, with many ties, and looks at everything each time.
void compare_at_random(std::uint64_t seed, EventList::Id places, EventList::Id devices, int steps) {
  EventList list({.places = places, .devices = devices});
  NaiveList naive(places, devices);
  FastRandom random = FastRandom::for_worker(seed, 0);
  for (int step = 0; step < steps; ++step) {
    const EventList::Id id = random.next_below(places);
    const std::uint32_t what = random.next_below(100);
    if (what < 55) {
      const std::int64_t when = naive.now() + random.next_below(4) * random.next_below(3);
      list.schedule(id, at(when));
      naive.schedule(id, when);
    } else if (what < 62) {
      if (naive.scheduled(id) && naive.at_of(id) <= naive.now()) continue;  // Not to be cancelled.
      list.cancel(id);
      naive.cancel(id);
    } else if (what == 62 && random.next_below(10) == 0) {
      list.clear();
      naive.clear();
    } else if (!naive.empty()) {
      const EventList::Id expected = naive.pop();
      const EventList::Event event = list.pop();
      ASSERT_EQ(event.id, expected) << "step " << step;
      ASSERT_EQ(event.at, at(naive.now()));
    }
    if (random.next_below(2) == 0) continue;  // Leave gaps open now and then.
    ASSERT_NO_FATAL_FAILURE(expect_same_state(list, naive, places)) << "step " << step;
  }
}

TEST(EventList, DoesWhatAListThatIsSearchedDoes) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    for (const EventList::Id places : {2u, 3u, 5u, 9u, 40u, 100u}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << places << " places");
      compare_at_random(seed, places, places > 3 ? 2 : 1, 1'000);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// A thousand workers, each of whom comes back after a time drawn at random. What the list says of
// the turns to come has to be true for most of them, or nothing would be ready in time.
TEST(EventList, SaysWhoseTurnIsNear) {
  constexpr EventList::Id kWorkers = 1'000;
  constexpr int kTurns = 10'000;
  EventList list({.places = kWorkers});
  FastRandom random = FastRandom::for_worker(1, 0);
  for (EventList::Id w = 0; w < kWorkers; ++w) list.schedule(w, at(1 + random.next_below(1'000)));
  std::set<EventList::Id> near, nearing;  // Said of them since their last turn.
  int said_near = 0, said_nearing = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    const EventList::Event event = list.pop();
    said_near += static_cast<int>(near.erase(event.id));
    said_nearing += static_cast<int>(nearing.erase(event.id));
    list.schedule(event.id, event.at + Duration(1 + random.next_below(1'000)));
    near.insert(list.near());
    nearing.insert(list.nearing());
  }
  EXPECT_GT(said_near, kTurns * 9 / 10);
  EXPECT_GT(said_nearing, kTurns * 9 / 10);
  EXPECT_LT(near.size(), 20u) << "who is said to be near has to have a turn soon";
  EXPECT_LT(nearing.size(), 60u);
}

TEST(EventList, DevicesComeBeforeWorkersAndEqualsInTheirOrder) {
  EventList list({.places = 5, .devices = 2});
  for (const EventList::Id id : {2u, 0u, 4u, 1u, 3u}) list.schedule(id, at(7));
  std::vector<EventList::Id> order;
  while (!list.empty()) order.push_back(list.pop().id);
  EXPECT_EQ(order, (std::vector<EventList::Id>{4, 3, 2, 0, 1}));
}

// A wake-up for the present goes behind those who were due now before, first come, first served.
TEST(EventList, WhatIsScheduledForThePresentComesLastAndInTurn) {
  EventList list({.places = 6, .devices = 1});
  for (const EventList::Id id : {0u, 1u, 2u}) list.schedule(id, at(5));
  EXPECT_EQ(list.pop().id, 0u);
  list.schedule(4, at(5));
  list.schedule(0, at(5));
  list.schedule(3, at(5));
  list.schedule(4, at(5));  // Stays where it is.
  list.schedule(5, at(5));  // A device.
  std::vector<EventList::Id> order;
  while (list.more_now()) order.push_back(list.pop().id);
  EXPECT_EQ(order, (std::vector<EventList::Id>{5, 1, 2, 4, 0, 3}));
  EXPECT_TRUE(list.empty());
}

TEST(EventList, TheRingTakesAllWorkersAtOnceAgainAndAgain) {
  constexpr EventList::Id kWorkers = 100;
  EventList list({.places = kWorkers + 1, .devices = 1});
  for (int round = 0; round < 5; ++round) {
    for (EventList::Id id = kWorkers; id-- != 0;) list.schedule(id, list.now());
    for (EventList::Id id = kWorkers; id-- != 0;) ASSERT_EQ(list.pop().id, id);
    EXPECT_TRUE(list.empty());
  }
}

TEST(EventList, AMovedEventIsNoLongerWhereItWas) {
  EventList list({.places = 3, .devices = 1});
  list.schedule(0, at(10));
  list.schedule(1, at(20));
  list.schedule(0, at(30));
  EXPECT_EQ(list.at(0), at(30));
  EXPECT_EQ(list.pop().id, 1u);
  EXPECT_EQ(list.pop().id, 0u);
  EXPECT_EQ(list.now(), at(30));
  EXPECT_TRUE(list.empty());
}

// ---- Ties in an order that is drawn -------------------------------------------------------------

std::vector<EventList::Id> shuffled_order(std::uint64_t seed) {
  EventList list({.places = 10, .devices = 2, .shuffle_ties = seed});
  for (EventList::Id id = 0; id < 10; ++id) list.schedule(id, at(4));
  std::vector<EventList::Id> order;
  while (!list.empty()) order.push_back(list.pop().id);
  return order;
}

TEST(EventList, ASeedShufflesTiesAndKeepsDevicesFirst) {
  std::set<std::vector<EventList::Id>> orders;
  std::set<EventList::Id> firsts;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const std::vector<EventList::Id> order = shuffled_order(seed);
    EXPECT_EQ(order, shuffled_order(seed));
    EXPECT_EQ(std::set<EventList::Id>(order.begin(), order.end()).size(), 10u);
    EXPECT_GE(std::min(order[0], order[1]), 8u);
    orders.insert(order);
    firsts.insert(order[2]);
  }
  EXPECT_GE(orders.size(), 99u);
  EXPECT_EQ(firsts.size(), 8u);
}

TEST(EventList, ASeedShufflesThePresentToo) {
  std::set<EventList::Id> firsts;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    EventList list({.places = 4, .devices = 0, .shuffle_ties = seed});
    list.schedule(0, at(3));
    EXPECT_EQ(list.pop().id, 0u);
    for (EventList::Id id = 0; id < 4; ++id) list.schedule(id, list.now());
    EXPECT_TRUE(list.more_now());
    firsts.insert(list.pop().id);
  }
  EXPECT_EQ(firsts.size(), 4u);
}

TEST(EventList, ShufflingNeverTurnsTimeRound) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EventList list({.places = 20, .devices = 2, .shuffle_ties = seed});
    FastRandom random = FastRandom::for_worker(seed, 1);
    int scheduled = 0;
    TimePoint last{};
    for (int step = 0; step < 2'000; ++step) {
      const EventList::Id id = random.next_below(20);
      if (random.next_below(2) == 0) {
        scheduled += list.scheduled(id) ? 0 : 1;
        list.schedule(id, list.now() + Duration(random.next_below(3)));
      } else if (!list.empty()) {
        const EventList::Event event = list.pop();
        --scheduled;
        ASSERT_LE(last, event.at);
        ASSERT_FALSE(list.scheduled(event.id));
        last = event.at;
      }
      ASSERT_EQ(list.empty(), scheduled == 0);
    }
  }
}

}  // namespace
}  // namespace loopsteal
