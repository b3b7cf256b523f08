// Laws about channels, events, locks and permits, with tasks on several workers.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Meeting : public Laws {};
LOOPSTEAL_LAWS(Meeting, default_specs_everywhere);

// ---- Channel ------------------------------------------------------------------------------------

struct Parcel {
  std::size_t sender;
  int number;
};

Task<void> send_parcels(Channel<Parcel>& channel, std::size_t sender, int count,
                        std::atomic<int>& refused) {
  for (int i = 0; i < count; ++i) {
    const bool sent = co_await channel.send({sender, i});
    if (!sent) ++refused;
  }
}

/// Parcels of one sender reach one receiver in the order in which they were sent.
Task<void> receive_parcels(Channel<Parcel>& channel, std::size_t senders, std::atomic<int>& count,
                           std::atomic<int>& disordered) {
  std::vector<int> last(senders, -1);
  while (true) {
    const std::optional<Parcel> parcel = co_await channel.receive();
    if (!parcel) break;
    if (parcel->number <= last[parcel->sender]) ++disordered;
    last[parcel->sender] = parcel->number;
    ++count;
  }
}

struct Traffic {
  std::atomic<int> received = 0, disordered = 0, refused = 0;
};

Task<void> exchange_parcels(Scheduler& scheduler, std::size_t senders, std::size_t receivers,
                            std::size_t capacity, int each, Traffic& traffic) {
  Channel<Parcel> channel(capacity);
  TaskGroup sending(scheduler), receiving(scheduler);
  for (std::size_t i = 0; i < receivers; ++i)
    receiving.spawn(receive_parcels(channel, senders, traffic.received, traffic.disordered));
  for (std::size_t i = 0; i < senders; ++i)
    sending.spawn(send_parcels(channel, i, each, traffic.refused));
  co_await sending.join();
  channel.close();
  co_await receiving.join();
}

TEST_P(Meeting, AChannelBringsEachValueOnceInTheOrderOfItsSender) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int each = 3'000 / kShorter;
    for (const std::size_t capacity : {1u, 7u, 1'000u}) {
      Traffic traffic;
      run(scheduler, exchange_parcels(scheduler, 4, 3, capacity, each, traffic));
      EXPECT_EQ(traffic.received, 4 * each);
      EXPECT_EQ(traffic.disordered, 0);
      EXPECT_EQ(traffic.refused, 0);
    }
  });
}

Task<void> count_sends(Channel<int>& channel, int count, std::atomic<int>& sent) {
  for (int i = 0; i < count; ++i) {
    const bool accepted = co_await channel.send(i);
    if (accepted) ++sent;
  }
}

Task<void> fill_channel(Scheduler& scheduler, std::vector<int>& seen) {
  Channel<int> channel(3);
  std::atomic<int> sent = 0;
  TaskGroup group(scheduler);
  group.spawn(count_sends(channel, 10, sent));
  while (sent < 3) co_await yield();
  for (int i = 0; i < 50; ++i) co_await yield();
  seen.push_back(sent);  // Full.
  static_cast<void>(co_await channel.receive());
  while (sent < 4) co_await yield();
  for (int i = 0; i < 50; ++i) co_await yield();
  seen.push_back(sent);
  channel.close();  // The waiting sender and the later ones are refused.
  co_await group.join();
  seen.push_back(sent);
  while (true) {
    const std::optional<int> value = co_await channel.receive();
    if (!value) break;
    seen.push_back(*value);
  }
}

TEST_P(Meeting, AChannelHoldsNoMoreThanItsCapacityAndAClosedOneIsDrained) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<int> seen;
    run(scheduler, fill_channel(scheduler, seen));
    EXPECT_EQ(seen, (std::vector<int>{3, 4, 4, 1, 2, 3}));
  });
}

// ---- Event --------------------------------------------------------------------------------------

Task<void> count_after(Event& event, std::atomic<int>& waiting, std::atomic<int>& woken) {
  ++waiting;
  co_await event.wait();
  ++woken;
}

Task<void> wake_all(Scheduler& scheduler, std::atomic<int>& woken, int& early) {
  Event event;
  std::atomic<int> waiting = 0;
  TaskGroup group(scheduler);
  for (int i = 0; i < 200; ++i) group.spawn(count_after(event, waiting, woken));
  while (waiting < 200) co_await yield();
  for (int i = 0; i < 10; ++i) co_await yield();
  early = woken;
  event.set();
  co_await group.join();
  co_await event.wait();  // Set: no need to wait.
}

TEST_P(Meeting, AnEventWakesAllAndNoneBefore) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> woken = 0;
    int early = 0;
    run(scheduler, wake_all(scheduler, woken, early));
    EXPECT_EQ(early, 0);
    EXPECT_EQ(woken, 200);
  });
}

// ---- Mutex --------------------------------------------------------------------------------------

struct Guarded {
  Mutex mutex;
  int inside = 0;  ///< Plain: only the lock keeps it whole.
  int most_inside = 0;
  std::uint64_t count = 0;
};

Task<void> enter_often(Guarded& guarded, int times) {
  for (int i = 0; i < times; ++i) {
    co_await guarded.mutex.lock();
    guarded.most_inside = std::max(guarded.most_inside, ++guarded.inside);
    const std::uint64_t count = guarded.count;
    if (i % 16 == 0) co_await yield();
    guarded.count = count + 1;
    --guarded.inside;
    guarded.mutex.unlock();
  }
}

Task<void> enter_together(Scheduler& scheduler, Guarded& guarded, int tasks, int times) {
  TaskGroup group(scheduler);
  for (int i = 0; i < tasks; ++i) group.spawn(enter_often(guarded, times));
  co_await group.join();
}

TEST_P(Meeting, AMutexLetsOneInAtATime) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int times = 2'000 / kShorter;
    Guarded guarded;
    run(scheduler, enter_together(scheduler, guarded, 8, times));
    EXPECT_EQ(guarded.most_inside, 1);
    EXPECT_EQ(guarded.count, 8u * static_cast<unsigned>(times));
  });
}

struct Queueing {
  Mutex mutex;
  std::vector<int> asked, entered;
};

Task<void> ask_and_enter(Queueing& queueing, int me) {
  for (int i = 0; i < 50; ++i) {
    queueing.asked.push_back(me);
    co_await queueing.mutex.lock();
    queueing.entered.push_back(me);
    co_await yield();
    queueing.mutex.unlock();
  }
}

Task<void> queue_up(Scheduler& scheduler, Queueing& queueing) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 5; ++i) group.spawn(ask_and_enter(queueing, i));
  co_await group.join();
}

// On one worker nothing comes between asking and queueing, so the orders are the same.
TEST_P(Meeting, AMutexIsGivenInTheOrderOfAsking) {
  with_one_worker([](Scheduler& scheduler) {
    Queueing queueing;
    run(scheduler, queue_up(scheduler, queueing));
    EXPECT_EQ(queueing.asked, queueing.entered);
  });
}

// ---- Semaphore ----------------------------------------------------------------------------------

struct Room {
  Semaphore permits{3};
  std::atomic<int> inside = 0, most_inside = 0, visits = 0;
};

Task<void> visit(Room& room, int times) {
  for (int i = 0; i < times; ++i) {
    co_await room.permits.acquire();
    const int inside = ++room.inside;
    int most = room.most_inside;
    while (most < inside && !room.most_inside.compare_exchange_weak(most, inside)) {
    }
    co_await yield();
    ++room.visits;
    --room.inside;
    room.permits.release();
  }
}

Task<void> visit_together(Scheduler& scheduler, Room& room, int tasks, int times) {
  TaskGroup group(scheduler);
  for (int i = 0; i < tasks; ++i) group.spawn(visit(room, times));
  co_await group.join();
}

TEST_P(Meeting, ASemaphoreLetsInAsManyAsItHasPermits) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int times = 1'000 / kShorter;
    Room room;
    run(scheduler, visit_together(scheduler, room, 10, times));
    EXPECT_EQ(room.visits, 10 * times);
    EXPECT_LE(room.most_inside, 3);
    // On one worker they meet inside for certain; several may be too far apart in time.
    if (scheduler.workers() == 1) {
      EXPECT_EQ(room.most_inside, 3);
    }
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(room.permits.try_acquire());
    EXPECT_FALSE(room.permits.try_acquire());
  });
}

}  // namespace
}  // namespace loopsteal::laws
