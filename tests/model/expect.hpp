// What model tests expect: of the code, that no schedule fails; of a mutant, that one does, and
// does so again when it is replayed.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>

#include <gtest/gtest.h>

#include "tests/model/explore.hpp"
#include "tests/model/fiber.hpp"

namespace loopsteal::model {

/// How far to look: in programs of two short threads, of two or three, and of long ones or more.
inline constexpr Limits kDeepest{.preemptions_max = 5, .stale_loads_max = 3};
inline constexpr Limits kDeep{.preemptions_max = 3, .stale_loads_max = 2};
inline constexpr Limits kBroad{.preemptions_max = 2, .stale_loads_max = 2};

#ifdef LOOPSTEAL_MODEL_ASAN
// ASan looks for bad uses of memory, and a part of the schedules has those if any has.
inline constexpr std::uint64_t kExecutionsEnough = 3'000;
#else
inline constexpr std::uint64_t kExecutionsEnough = 3'000'000;  // More than any test needs.
#endif

inline void expect_correct(Limits limits, const std::function<void()>& body) {
  limits.executions_max = kExecutionsEnough;
  const Outcome outcome = explore(limits, body);
  EXPECT_TRUE(outcome.passed()) << outcome;
#ifndef LOOPSTEAL_MODEL_ASAN
  EXPECT_TRUE(outcome.complete) << outcome;
#endif
}

inline void expect_caught(const Limits& limits,
                          std::initializer_list<std::function<void()>> bodies) {
  for (const std::function<void()>& body : bodies) {
    const Outcome outcome = explore(limits, body);
    if (outcome.passed()) continue;
    const Outcome again = replay(limits, outcome.schedule, body);
    EXPECT_EQ(again.failure, outcome.failure) << "a failing schedule fails again";
    return;
  }
  ADD_FAILURE() << "no program fails with this mutant, so none of them tests what it breaks";
}

}  // namespace loopsteal::model
