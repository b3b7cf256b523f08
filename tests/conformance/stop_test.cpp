// Laws about stop(): what ends, what stays for the next run, and who is told.
#include <array>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Stopping : public Laws {};
LOOPSTEAL_LAWS(Stopping, default_specs_everywhere);

/// Where another thread says stop.
class StoppingFromAThread : public Laws {};
LOOPSTEAL_LAWS(StoppingFromAThread, default_specs);

Task<void> wait_for(Event& event) { co_await event.wait(); }

Task<void> wait_and_note(Event& event, std::atomic<bool>& ended) {
  co_await event.wait();
  ended = true;
}

TEST_P(Stopping, ARunThatIsStoppedBeforeItsRootEndsSaysSoAndTheRootGoesOnLater) {
  with_each_worker_count([](Scheduler& scheduler) {
    Event event;
    std::atomic<bool> ended = false;
    post(scheduler, [&] { scheduler.stop(); });
    EXPECT_THROW(scheduler.run(wait_and_note(event, ended)), StoppedError);
    EXPECT_FALSE(ended);
    event.set();
    Event after;
    // The first root goes on in the next run, and does not end it.
    run(scheduler, [](Scheduler& s, std::atomic<bool>& first_ended) -> Task<void> {
      while (!first_ended) co_await yield();
      for (int i = 0; i < 10; ++i) co_await yield();
      TaskGroup group(s);
      group.spawn([]() -> Task<void> { co_await sleep_for(1ms); }());
      co_await group.join();
    }(scheduler, ended));
    EXPECT_TRUE(ended);
  });
}

TEST_P(StoppingFromAThread, AStopFromAnotherThreadEndsARunWithoutRoot) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<bool> running = false;
    post(scheduler, [&running] { running = true; });
    std::jthread stopper([&] {
      while (!running) std::this_thread::yield();
      scheduler.stop();
    });
    scheduler.run_until_stopped();
    EXPECT_TRUE(running);
  });
}

TEST_P(Stopping, AStopBeforeTheRunEndsItAtOnceAndNotTheNext) {
  with_each_worker_count([](Scheduler& scheduler) {
    scheduler.stop();
    scheduler.run_until_stopped();
    Event event;
    event.set();
    run(scheduler, wait_for(event));
  });
}

TEST_P(Stopping, CallbacksThatAStoppedRunLeftAreRunByTheNext) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> calls = 0;
    Event all;
    constexpr int kCallbacks = 500;
    for (int i = 0; i < kCallbacks; ++i)
      post(scheduler, [&, i] {
        if (i == 10) scheduler.stop();
        post(scheduler, [&] {
          if (++calls == kCallbacks) all.set();
        });
      });
    scheduler.run_until_stopped();
    run(scheduler, wait_for(all));
    EXPECT_EQ(calls, kCallbacks);
  });
}

Task<void> sleep_and_note(std::atomic<bool>& ended) {
  co_await sleep_for(5ms);
  co_await io(1ms);
  co_await blocking(1ms);
  ended = true;
}

Task<void> until(std::atomic<bool>& ended) {
  while (!ended) co_await sleep_for(1ms);
}

/// A callback that came due as a run ended is nobody's but the next run's, to run and to free.
void run_what_is_left(Scheduler& scheduler) {
  try {
    scheduler.run([]() -> Task<void> { co_await sleep_for(1ms); }());
  } catch (const StoppedError&) {
  }
}

TEST_P(Stopping, TasksThatWaitWhenARunIsStoppedGoOnInTheNext) {
  with_each_worker_count([](Scheduler& scheduler) {
    // Roots that were stopped look at them in later rounds, too.
    std::array<std::atomic<bool>, 10> ends{};
    for (std::size_t i = 0; i < ends.size(); ++i) {
      std::atomic<bool>& ended = ends[i];
      const TimedCallback stop(scheduler, scheduler.now() + i * 1ms, [&] { scheduler.stop(); });
      try {
        scheduler.run(sleep_and_note(ended));
        EXPECT_TRUE(ended);
      } catch (const StoppedError&) {
        // The stop of the round before may have come after its end, so that there are two.
        while (!ended) {
          try {
            scheduler.run(until(ended));
          } catch (const StoppedError&) {
          }
        }
      }
    }
    run_what_is_left(scheduler);
  });
}

TEST_P(Stopping, AFailureOfARootThatWasStoppedIsNotTheNextRootsFailure) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> reported = 0;
    scheduler.set_exception_handler([&reported](const std::exception_ptr&) { ++reported; });
    Event event;
    post(scheduler, [&] { scheduler.stop(); });
    EXPECT_THROW(scheduler.run([](Event& go) -> Task<void> {
      co_await go.wait();
      throw std::runtime_error("nobody joins me any more");
    }(event)),
                 StoppedError);
    event.set();
    // The failure comes in one of the next runs, which are none the worse for it.
    for (int i = 0; i < 1'000 && reported == 0; ++i)
      run(scheduler, []() -> Task<void> { co_await yield(); }());
    EXPECT_EQ(reported, 1);
  });
}

// ---- asyncio's stop() to the letter (semantics A13) ---------------------------------------------

TEST(EventLoopStopping, TheIterationUnderWayIsFinishedAndWhatItMadeReadyStays) {
  const auto loop = make("event_loop", 1);
  std::vector<std::string> order;
  post(*loop, [&] {
    order.emplace_back("a");
    loop->stop();
    post(*loop, [&] { order.emplace_back("next"); });
  });
  post(*loop, [&] { order.emplace_back("b"); });
  loop->run_until_stopped();
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b"}));
  order.clear();
  loop->stop();
  loop->run_until_stopped();
  EXPECT_EQ(order, (std::vector<std::string>{"next"}));
}

TEST(EventLoopStopping, ALoopThatIsStoppedBeforeMakesOneIteration) {
  const auto loop = make("event_loop", 1);
  std::vector<std::string> order;
  post(*loop, [&] {
    order.emplace_back("first");
    post(*loop, [&] { order.emplace_back("second"); });
  });
  loop->stop();
  loop->run_until_stopped();
  EXPECT_EQ(order, (std::vector<std::string>{"first"}));
  loop->stop();
  loop->run_until_stopped();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
}

TEST(EventLoopStopping, ACallbackThatThrowsDoesNotEndTheIteration) {
  const auto loop = make("event_loop", 1);
  std::vector<std::string> order;
  loop->set_exception_handler(
      [&order](const std::exception_ptr&) { order.emplace_back("handler"); });
  post(*loop, [] { throw std::runtime_error("a callback's"); });
  post(*loop, [&order] { order.emplace_back("next in line"); });
  loop->stop();
  loop->run_until_stopped();
  EXPECT_EQ(order, (std::vector<std::string>{"handler", "next in line"}));
}

}  // namespace
}  // namespace loopsteal::laws
