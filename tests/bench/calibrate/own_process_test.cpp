// Measuring in a process of its own: what comes back, what does not, and how it fails.
#include "bench/measure/own_process.hpp"

#include <csignal>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OwnProcess, BringsBackTheNumbersAndNothingElse) {
  int here = 0;
  const std::vector<double> values = in_own_process([&] {
    here = 1;
    return std::vector<double>{1.5, -2};
  });
  EXPECT_THAT(values, ElementsAre(1.5, -2));
  EXPECT_EQ(here, 0);
}

TEST(OwnProcess, BringsBackMoreThanAPipeHolds) {
  const std::vector<double> values =
      in_own_process([] { return std::vector<double>(100'000, 0.5); });
  EXPECT_EQ(values.size(), 100'000u);
  EXPECT_EQ(values.back(), 0.5);
}

TEST(OwnProcess, WhatItThrowsIsThrownHere) {
  const auto failing = []() -> std::vector<double> { throw std::runtime_error("wrong answer"); };
  try {
    in_own_process(failing);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "wrong answer");
  }
}

TEST(OwnProcess, SaysHowItDied) {
  const auto dying = []() -> std::vector<double> {
    std::raise(SIGKILL);
    return {};
  };
  try {
    in_own_process(dying);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("signal 9"));
  }
}

}  // namespace
}  // namespace loopsteal
