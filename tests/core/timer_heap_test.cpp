// The heap of timers: CPython's order and compaction, Tokio's order, and cancelling.
#include "sched/core/timer_heap.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using AsHeapq = TimerHeap<TimerTies::as_heapq>;
using FirstIn = TimerHeap<TimerTies::first_in>;

/// Timers with a job each, so that a popped job names its timer.
class Timers {
 public:
  Timer& add(TimePoint deadline) {
    jobs_.emplace_back();
    Timer& timer = timers_.emplace_back();
    timer.job = &jobs_.back();
    timer.deadline = deadline;
    return timer;
  }
  Timer& operator[](std::size_t i) { return timers_[i]; }
  [[nodiscard]] int index_of(const Job* job) const {
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (&jobs_[i] == job) return static_cast<int>(i);
    return -1;
  }

 private:
  std::deque<Job> jobs_;
  std::deque<Timer> timers_;
};

template <class Heap>
std::vector<int> pop_all(Heap& heap, const Timers& timers) {
  std::vector<int> order;
  while (Job* const job = heap.pop_due(kForever)) order.push_back(timers.index_of(job));
  return order;
}

constexpr TimePoint at(std::int64_t ns) { return TimePoint(Duration(ns)); }

// ---- asyncio's golden facts ---------------------------------------------------------------------

// semantics A7, as CPython 3.11 pops it.
TEST(TimerHeap, EqualDeadlinesLeaveAsHeapqDoes) {
  AsHeapq heap;
  Timers timers;
  for (int i = 0; i < 8; ++i) heap.insert(timers.add(at(1)));
  heap.insert(timers.add(at(2)));
  EXPECT_EQ(pop_all(heap, timers), (std::vector<int>{0, 2, 6, 5, 7, 1, 3, 4, 8}));
}

// Tokio's wheel keeps a list for each tick.
TEST(TimerHeap, EqualDeadlinesLeaveFirstInFirstOut) {
  FirstIn heap;
  Timers timers;
  for (int i = 0; i < 8; ++i) heap.insert(timers.add(at(1)));
  heap.insert(timers.add(at(0)));
  EXPECT_EQ(pop_all(heap, timers), (std::vector<int>{8, 0, 1, 2, 3, 4, 5, 6, 7}));
}

/// 102 timers of which the last `count` are cancelled: never the head.
std::pair<std::size_t, std::size_t> pruned(int count) {
  AsHeapq heap;
  Timers timers;
  for (int i = 0; i < 102; ++i) heap.insert(timers.add(at(i)));
  for (int i = 102 - count; i < 102; ++i)
    EXPECT_TRUE(heap.cancel(timers[static_cast<std::size_t>(i)]));
  heap.prune();
  return {heap.size(), heap.cancelled()};
}

// semantics A3: more than 100 timers, and more than half of them cancelled; both strictly.
TEST(TimerHeap, CompactsWhenMoreThanHalfOfMoreThanAHundredAreCancelled) {
  EXPECT_EQ(pruned(51), std::pair(std::size_t{102}, std::size_t{51}));
  EXPECT_EQ(pruned(52), std::pair(std::size_t{50}, std::size_t{0}));
}

TEST(TimerHeap, DoesNotCompactAHundred) {
  AsHeapq heap;
  Timers timers;
  for (int i = 0; i < 100; ++i) heap.insert(timers.add(at(i)));
  for (std::size_t i = 1; i < 100; ++i) EXPECT_TRUE(heap.cancel(timers[i]));
  heap.prune();
  EXPECT_EQ(heap.size(), 100u);
  EXPECT_EQ(heap.cancelled(), 99u);
}

TEST(TimerHeap, PruneDropsCancelledOnesFromTheHeadAlone) {
  AsHeapq heap;
  Timers timers;
  for (int i = 0; i < 5; ++i) heap.insert(timers.add(at(i)));
  for (const std::size_t i : {0u, 1u, 3u}) EXPECT_TRUE(heap.cancel(timers[i]));
  EXPECT_EQ(heap.next_deadline(), at(0));
  heap.prune();
  EXPECT_EQ(heap.size(), 3u);
  EXPECT_EQ(heap.cancelled(), 1u);
  EXPECT_EQ(heap.next_deadline(), at(2));
  EXPECT_EQ(pop_all(heap, timers), (std::vector<int>{2, 4}));
  EXPECT_EQ(heap.cancelled(), 1u);  // asyncio's count keeps the one that came due.
}

// ---- One by one ---------------------------------------------------------------------------------

TEST(TimerHeap, IsEmptyAtFirst) {
  FirstIn heap;
  EXPECT_TRUE(heap.empty());
  EXPECT_EQ(heap.next_deadline(), kForever);
  EXPECT_EQ(heap.pop_due(at(1'000)), nullptr);
  heap.prune();
}

TEST(TimerHeap, PopsWhatIsDueAndNothingElse) {
  FirstIn heap;
  Timers timers;
  for (const int deadline : {30, 10, 20}) heap.insert(timers.add(at(deadline)));
  EXPECT_EQ(heap.next_deadline(), at(10));
  EXPECT_EQ(heap.pop_due(at(9)), nullptr);
  EXPECT_EQ(timers.index_of(heap.pop_due(at(10))), 1);  // Due at its deadline, not after.
  EXPECT_EQ(heap.pop_due(at(19)), nullptr);
  EXPECT_EQ(timers.index_of(heap.pop_due(at(1'000))), 2);
  EXPECT_EQ(timers.index_of(heap.pop_due(at(1'000))), 0);
  EXPECT_TRUE(heap.empty());
}

TEST(TimerHeap, CancelsOnceAndOnlyWhatIsArmed) {
  FirstIn heap;
  Timers timers;
  Timer& armed = timers.add(at(1));
  Timer& fired = timers.add(at(0));
  Timer& never = timers.add(at(2));
  heap.insert(armed);
  heap.insert(fired);
  EXPECT_NE(heap.pop_due(at(0)), nullptr);
  EXPECT_FALSE(heap.cancel(never));
  EXPECT_FALSE(heap.cancel(fired));
  EXPECT_TRUE(heap.cancel(armed));
  EXPECT_FALSE(heap.cancel(armed));
  EXPECT_EQ(heap.pop_due(kForever), nullptr);
}

// An entry outlives its timer: it names a slot, and slots are used again only when it has left.
TEST(TimerHeap, ACancelledTimerMayBeGoneAndItsMemoryAnotherTimers) {
  FirstIn heap;
  Timers timers;
  Job old_job, new_job;
  Timer timer;
  timer.job = &old_job;
  timer.deadline = at(50);
  heap.insert(timer);
  EXPECT_TRUE(heap.cancel(timer));
  timer = Timer{};
  timer.job = &new_job;
  timer.deadline = at(10);
  heap.insert(timer);
  EXPECT_EQ(heap.pop_due(at(100)), &new_job);
  EXPECT_EQ(heap.pop_due(at(100)), nullptr);
  EXPECT_EQ(heap.cancelled(), 0u);
}

// ---- Models -------------------------------------------------------------------------------------

RC_GTEST_PROP(TimerHeapModel, FirstInAgreesWithAMultimap, (const std::vector<int>& operations)) {
  FirstIn heap;
  Timers timers;
  std::multimap<TimePoint, int> model;  // Keeps equal keys in the order of insertion.
  std::size_t count = 0;
  for (const int operation : operations) {
    const auto value = static_cast<unsigned>(operation);
    if (value % 3 == 0 && count != 0) {
      const auto victim = static_cast<int>(value / 3 % count);
      const auto found = std::find_if(model.begin(), model.end(),
                                      [&](const auto& entry) { return entry.second == victim; });
      RC_ASSERT(heap.cancel(timers[static_cast<std::size_t>(victim)]) == (found != model.end()));
      if (found != model.end()) model.erase(found);
      if (value % 2 == 0) heap.prune();
    } else if (value % 3 == 1) {
      const TimePoint now = at(value / 3 % 20);
      Job* const job = heap.pop_due(now);
      if (model.empty() || model.begin()->first > now) {
        RC_ASSERT(job == nullptr);
      } else {
        RC_ASSERT(timers.index_of(job) == model.begin()->second);
        model.erase(model.begin());
      }
    } else {
      const TimePoint deadline = at(value / 3 % 20);
      heap.insert(timers.add(deadline));
      model.emplace(deadline, static_cast<int>(count++));
    }
    RC_ASSERT(heap.size() - heap.cancelled() == model.size());
  }
}

/// The same operations by CPython's heapq, as asyncio uses it: handles compare by deadline alone.
constexpr const char* kHeapqProgram = R"(
import heapq, sys
class Handle:
    def __init__(self, when, name): self.when, self.name, self.dead = when, name, False
    def __lt__(self, other): return self.when < other.when
heap, all, dead = [], [], 0
for word in sys.argv[1].split():
    kind, value = word[0], int(word[1:])
    if kind == 'i':
        handle = Handle(value, len(all)); all.append(handle); heapq.heappush(heap, handle)
    elif kind == 'c':
        handle = all[value]
        if handle in heap and not handle.dead: handle.dead = True; dead += 1
    elif kind == 'p':
        if len(heap) > 100 and dead / len(heap) > 0.5:
            heap = [h for h in heap if not h.dead]; heapq.heapify(heap); dead = 0
        else:
            while heap and heap[0].dead: heapq.heappop(heap); dead -= 1
    else:
        while heap and heap[0].when <= value:
            handle = heapq.heappop(heap)
            # Into the ready queue, where it is passed over; the count stays.
            if not handle.dead: print(handle.name, end=' ')
)";

std::string output_of(const std::string& command) {
  std::string output;
  FILE* const stream = popen(command.c_str(), "r");
  if (stream == nullptr) return output;
  char buffer[4096];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, stream)) != 0;)
    output.append(buffer, n);
  pclose(stream);
  return output;
}

std::string random_operations(unsigned seed) {
  FastRandom random(seed + 1);
  std::string words;
  unsigned inserted = 0;
  for (int i = 0; i < 900; ++i) {
    const unsigned dice = random.next_u32() % 100;
    // Mostly inserting, then mostly cancelling: both sides of the compaction rule.
    if (inserted == 0 || dice < (i < 450 ? 70u : 15u)) {
      words += "i" + std::to_string(random.next_u32() % 12) + " ";
      ++inserted;
    } else if (dice < 85) {
      words += "c" + std::to_string(random.next_u32() % inserted) + " ";
    } else if (dice < 95) {
      words += "p0 ";
    } else {
      words += "d" + std::to_string(random.next_u32() % 3) + " ";
    }
  }
  return words + "p0 d12";
}

std::string apply_to_heap(const std::string& operations) {
  AsHeapq heap;
  Timers timers;
  std::istringstream words(operations);
  std::string output;
  for (std::string word; words >> word;) {
    const int value = std::stoi(word.substr(1));
    if (word[0] == 'i') {
      heap.insert(timers.add(at(value)));
    } else if (word[0] == 'c') {
      heap.cancel(timers[static_cast<std::size_t>(value)]);
    } else if (word[0] == 'p') {
      heap.prune();
    } else {
      while (Job* const job = heap.pop_due(at(value)))
        output += std::to_string(timers.index_of(job)) + " ";
    }
  }
  return output;
}

TEST(TimerHeapModel, AsHeapqAgreesWithCPython) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    const std::string operations = random_operations(seed);
    const std::string expected = output_of("/usr/bin/python3 -c \"" + std::string(kHeapqProgram) +
                                           "\" '" + operations + "'");
    ASSERT_FALSE(expected.empty()) << "python3 did not run";
    EXPECT_EQ(apply_to_heap(operations), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace loopsteal
