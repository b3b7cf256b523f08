// Laws about results: values and exceptions arrive at whoever joins, whatever the scheduler.
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Results : public Laws {};
LOOPSTEAL_LAWS(Results, default_specs_everywhere);

struct Wrong : std::runtime_error {
  explicit Wrong(int which) : std::runtime_error("wrong " + std::to_string(which)), number(which) {}
  int number;
};

Task<std::string> text_after_yield(std::string text) {
  co_await yield();
  co_return text + "!";
}

Task<void> throw_after_yield(int number) {
  co_await yield();
  throw Wrong(number);
}

Task<int> value_or_throw(bool fails) {
  co_await yield();
  if (fails) throw Wrong(7);
  co_return 7;
}

// ---- Values -------------------------------------------------------------------------------------

Task<void> collect_values(Scheduler& scheduler, std::vector<std::string>& values) {
  auto handle = spawn(scheduler, text_after_yield("spawned"));
  Fork<std::string> fork(scheduler, text_after_yield("forked"));
  values.push_back(co_await text_after_yield("awaited"));
  values.push_back(co_await fork.join());
  values.push_back(co_await handle.join());
  values.push_back(co_await blocking([] { return std::string("blocked!"); }));
}

TEST_P(Results, ValuesComeThroughAwaitForkSpawnAndBlocking) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<std::string> values;
    run(scheduler, collect_values(scheduler, values));
    EXPECT_EQ(values, (std::vector<std::string>{"awaited!", "forked!", "spawned!", "blocked!"}));
  });
}

struct MoveOnly {
  explicit MoveOnly(int number) : value(std::make_unique<int>(number)) {}
  std::unique_ptr<int> value;
};

Task<void> move_only_values(Scheduler& scheduler, int& sum) {
  const auto make_one = [](int number) -> Task<MoveOnly> { co_return MoveOnly(number); };
  auto handle = spawn(scheduler, make_one(1));
  Fork<MoveOnly> fork(scheduler, make_one(10));
  const MoveOnly awaited = co_await make_one(100);
  const MoveOnly forked = co_await fork.join();
  const MoveOnly spawned = co_await handle.join();
  sum = *awaited.value + *forked.value + *spawned.value;
}

TEST_P(Results, ValuesNeedNotBeCopyable) {
  with_each_worker_count([](Scheduler& scheduler) {
    int sum = 0;
    run(scheduler, move_only_values(scheduler, sum));
    EXPECT_EQ(sum, 111);
  });
}

// ---- Exceptions ---------------------------------------------------------------------------------

Task<void> catch_each_way(Scheduler& scheduler, std::vector<int>& caught) {
  auto handle = spawn(scheduler, throw_after_yield(1));
  Fork<int> fork(scheduler, value_or_throw(true));
  try {
    co_await throw_after_yield(3);
  } catch (const Wrong& wrong) {
    caught.push_back(wrong.number);
  }
  try {
    co_await handle.join();
  } catch (const Wrong& wrong) {
    caught.push_back(wrong.number);
  }
  try {
    static_cast<void>(co_await fork.join());
  } catch (const Wrong& wrong) {
    caught.push_back(wrong.number);
  }
  try {
    co_await blocking([] { throw Wrong(9); });
  } catch (const Wrong& wrong) {
    caught.push_back(wrong.number);
  }
}

TEST_P(Results, ExceptionsArriveAtTheJoin) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<int> caught;
    run(scheduler, catch_each_way(scheduler, caught));
    EXPECT_EQ(caught, (std::vector<int>{3, 1, 7, 9}));
  });
}

Task<void> wait_then_throw(Event& event, int number) {
  co_await event.wait();
  throw Wrong(number);
}

Task<void> end_after(Event& event, bool& ended) {
  co_await event.wait();
  co_await yield();
  ended = true;
}

Task<void> catch_of_group(Scheduler& scheduler, int& caught, bool& all_ended) {
  TaskGroup group(scheduler);
  Event first, others;
  auto before =
      spawn(scheduler, [](Event& release) -> Task<void> { co_await release.wait(); }(first));
  group.spawn(throw_after_yield(1));
  group.spawn(wait_then_throw(others, 2));
  group.spawn(end_after(others, all_ended));
  first.set();
  co_await before.join();
  // The first exception is surely thrown before the others are let go.
  co_await sleep_for(20ms);
  others.set();
  try {
    co_await group.join();
  } catch (const Wrong& wrong) {
    caught = wrong.number;
  }
  // The group can be used again, and has forgotten the exception.
  group.spawn(end_after(others, all_ended));
  co_await group.join();
}

TEST_P(Results, AGroupWaitsForAllAndRethrowsTheFirstException) {
  with_each_worker_count([](Scheduler& scheduler) {
    const bool first_was_first = succeeds_once(5, [&] {
      int caught = 0;
      bool all_ended = false;
      run(scheduler, catch_of_group(scheduler, caught, all_ended));
      EXPECT_TRUE(all_ended);
      EXPECT_NE(caught, 0);
      return caught == 1;
    });
    EXPECT_TRUE(first_was_first);
  });
}

Task<void> group_of_failures(Scheduler& scheduler, int& caught) {
  for (int round = 0; round < 200 / kShorter; ++round) {
    TaskGroup group(scheduler);
    for (int i = 0; i < 8; ++i) group.spawn(throw_after_yield(i));
    try {
      co_await group.join();
    } catch (const Wrong&) {
      ++caught;
    }
  }
}

TEST_P(Results, OneOfManyExceptionsArrivesAndTheOthersAreDropped) {
  with_each_worker_count([](Scheduler& scheduler) {
    int caught = 0;
    run(scheduler, group_of_failures(scheduler, caught));
    EXPECT_EQ(caught, 200 / kShorter);
  });
}

TEST_P(Results, WhatEscapesTheRootIsRethrownByRun) {
  with_each_worker_count([](Scheduler& scheduler) {
    EXPECT_THROW(scheduler.run(throw_after_yield(5)), Wrong);
    std::vector<int> caught;
    run(scheduler, catch_each_way(scheduler, caught));  // And the scheduler is as good as new.
    EXPECT_EQ(caught.size(), 4u);
  });
}

// ---- Callbacks ----------------------------------------------------------------------------------

Task<void> fail_in_callback(Scheduler& scheduler, Event& after) {
  post(scheduler, [] { throw Wrong(11); });
  post(scheduler, [&after] { after.set(); });
  co_await after.wait();
}

TEST_P(Results, AnExceptionOfACallbackGoesToTheHandlerAndTheRunGoesOn) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> handled = 0;
    Event handler_called;
    scheduler.set_exception_handler([&](const std::exception_ptr& error) {
      try {
        std::rethrow_exception(error);
      } catch (const Wrong& wrong) {
        handled = wrong.number;
      }
      handler_called.set();
    });
    Event after;
    run(scheduler, fail_in_callback(scheduler, after));
    run(scheduler, [](Event& event) -> Task<void> { co_await event.wait(); }(handler_called));
    EXPECT_EQ(handled, 11);
  });
}

TEST_P(Results, AHandlerThatThrowsDoesNotEndTheRun) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> calls = 0;
    scheduler.set_exception_handler([&](const std::exception_ptr&) {
      ++calls;
      throw Wrong(12);
    });
    testing::internal::CaptureStderr();
    Event after;
    run(scheduler, fail_in_callback(scheduler, after));
    run(scheduler, [](std::atomic<int>& count) -> Task<void> {
      while (count == 0) co_await yield();
    }(calls));
    const std::string printed = testing::internal::GetCapturedStderr();
    EXPECT_EQ(calls, 1);
    EXPECT_NE(printed.find("wrong 12"), std::string::npos) << printed;
    EXPECT_NE(printed.find("wrong 11"), std::string::npos) << printed;
  });
}

}  // namespace
}  // namespace loopsteal::laws
