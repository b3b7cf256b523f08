// Idle means idle: with nothing to run a scheduler uses no CPU, and it is awake at once when there
// is. CPU time is compared with wall time over the same second, so a slow machine is no failure.
#include <sys/resource.h>

#include <algorithm>
#include <semaphore>
#include <thread>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Idle : public Laws {};
LOOPSTEAL_LAWS(Idle, default_specs);

/// Of all threads of this process.
Duration cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) { return time.tv_sec * 1s + time.tv_usec * 1us; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

Task<void> idle_for_a_second(Scheduler& scheduler, bool in_pool, double& share) {
  Event never_before;
  // Let those who have just run fall asleep.
  co_await sleep_for(20ms);
  const Duration cpu_before = cpu_time();
  const TimePoint before = scheduler.now();
  if (in_pool) {
    co_await blocking(1s);
  } else {
    std::jthread waker([&never_before] {
      std::this_thread::sleep_for(1s);
      never_before.set();
    });
    co_await never_before.wait();
  }
  const Duration used = cpu_time() - cpu_before;
  share = static_cast<double>(used.count()) /
          static_cast<double>((scheduler.now() - before).count());
}

TEST_P(Idle, ASchedulerWithNothingToRunUsesUnderOnePercent) {
  const auto scheduler = make(GetParam(), 4);
  for (const bool in_pool : {false, true}) {
    double share = 1;
    run(*scheduler, idle_for_a_second(*scheduler, in_pool, share));
    EXPECT_LT(share, 0.01) << (in_pool ? "blocking" : "event");
  }
}

/// Notes when each call from outside was heard.
Task<void> answer(Scheduler& scheduler, std::vector<Event>& calls,
                  std::atomic<std::size_t>& answered, std::vector<TimePoint>& woken) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    co_await calls[i].wait();
    woken[i] = scheduler.now();
    answered = i + 1;
  }
}

/// How long this machine takes to wake a thread right now, which a busy one takes long for.
Duration median_wake_of_a_plain_thread(const Scheduler& clock) {
  constexpr int kTrips = 100;
  std::vector<Duration> delays;
  std::binary_semaphore call(0), answer(0);
  TimePoint woken{};
  std::jthread sleeper([&] {
    for (int i = 0; i < kTrips; ++i) {
      call.acquire();
      woken = clock.now();
      answer.release();
    }
  });
  for (int i = 0; i < kTrips; ++i) {
    std::this_thread::sleep_for(1ms);  // It is asleep by then.
    const TimePoint called = clock.now();
    call.release();
    answer.acquire();
    delays.push_back(woken - called);
  }
  std::nth_element(delays.begin(), delays.begin() + kTrips / 2, delays.end());
  return delays[kTrips / 2];
}

/// A millisecond is what an idle machine is held to; a busy one to ten times what it gives others.
TEST_P(Idle, ASleepingSchedulerWakesWithinAMillisecond) {
  for (const WorkerId workers : {1u, 4u}) {
    const auto scheduler = make(GetParam(), workers);
    constexpr std::size_t kTrips = 200;
    std::vector<Event> calls(kTrips);
    std::vector<TimePoint> called(kTrips), woken(kTrips);
    std::atomic<std::size_t> answered = 0;
    std::jthread caller([&] {
      for (std::size_t i = 0; i < kTrips; ++i) {
        std::this_thread::sleep_for(1ms);  // It is asleep by then.
        called[i] = scheduler->now();
        calls[i].set();
        while (answered <= i) std::this_thread::sleep_for(50us);
      }
    });
    run(*scheduler, answer(*scheduler, calls, answered, woken));
    caller.join();
    std::vector<Duration> delays;
    for (std::size_t i = 0; i < kTrips; ++i) delays.push_back(woken[i] - called[i]);
    std::nth_element(delays.begin(), delays.begin() + kTrips / 2, delays.end());
    const Duration elsewhere = median_wake_of_a_plain_thread(*scheduler);
    const Duration allowed = std::max<Duration>(1ms, 10 * elsewhere);
    EXPECT_LT(delays[kTrips / 2], allowed) << workers << " workers";
  }
}

}  // namespace
}  // namespace loopsteal::laws
