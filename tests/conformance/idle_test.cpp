// Idle means idle: with nothing to run a scheduler uses no CPU, and it is awake at once when there
// is. CPU time is compared with wall time over the same second, so a slow machine is no failure.
#include <algorithm>
#include <semaphore>
#include <thread>
#include <vector>

#include <sys/resource.h>

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
  share =
      static_cast<double>(used.count()) / static_cast<double>((scheduler.now() - before).count());
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

/// A thread that sleeps until it is woken, and then yields once: what waking one takes on this
/// machine right now, and for how long one that looks for work and yields is off its core.
class PlainThread {
 public:
  explicit PlainThread(const Scheduler& clock) : clock_(clock), thread_([this] { sleep(); }) {}

  /// From the call until the thread runs, or its yield, whichever took longer. It must have had the
  /// time to fall asleep.
  Duration wake() {
    const TimePoint called = clock_.now();
    call_.release();
    answer_.acquire();
    return std::max(woken_ - called, yield_);
  }

  /// Once, at the end.
  void end() {
    ends_ = true;
    call_.release();
  }

 private:
  void sleep() {
    for (call_.acquire(); !ends_; call_.acquire()) {
      woken_ = clock_.now();
      std::this_thread::yield();
      yield_ = clock_.now() - woken_;
      answer_.release();
    }
  }

  const Scheduler& clock_;
  std::binary_semaphore call_{0}, answer_{0};  // Guard what follows.
  TimePoint woken_{};
  Duration yield_{};
  bool ends_ = false;
  std::jthread thread_;
};

Duration median(std::vector<Duration> delays) {
  const auto middle = delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2);
  std::nth_element(delays.begin(), middle, delays.end());
  return *middle;
}

/// A millisecond is what an idle machine is held to; a busy one to ten times what a plain thread
/// takes to wake, or to come back from a yield, in the same moments.
TEST_P(Idle, ASleepingSchedulerWakesWithinAMillisecond) {
  for (const WorkerId workers : {1u, 4u}) {
    const auto scheduler = make(GetParam(), workers);
    constexpr std::size_t kTrips = 200;
    std::vector<Event> calls(kTrips);
    std::vector<TimePoint> called(kTrips), woken(kTrips);
    std::vector<Duration> elsewhere;
    std::atomic<std::size_t> answered = 0;
    std::jthread caller([&] {
      PlainThread plain(*scheduler);
      for (std::size_t i = 0; i < kTrips; ++i) {
        std::this_thread::sleep_for(1ms);  // Both are asleep by then.
        called[i] = scheduler->now();
        calls[i].set();
        while (answered <= i) std::this_thread::sleep_for(50us);
        elsewhere.push_back(plain.wake());
      }
      plain.end();
    });
    run(*scheduler, answer(*scheduler, calls, answered, woken));
    caller.join();
    std::vector<Duration> delays;
    for (std::size_t i = 0; i < kTrips; ++i) delays.push_back(woken[i] - called[i]);
    const Duration allowed = std::max<Duration>(1ms, 10 * median(elsewhere));
    EXPECT_LT(median(delays), allowed) << workers << " workers";
  }
}

}  // namespace
}  // namespace loopsteal::laws
