// Pauses of virtual CPUs: none unless asked for, as many as asked for, and the same ones again.
#include "sched/machine/sim/os_noise.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

constexpr NoiseOptions kNoise{.mean_gap = 1ms, .mean_pause = 100us};

Duration of_many(OsNoise& noise, WorkerId worker, int pieces) {
  Duration taken{};
  for (int i = 0; i < pieces; ++i) taken += noise.stretch(worker, 50us);
  return taken;
}

TEST(OsNoise, IsOffByDefault) {
  OsNoise noise({}, 1, 4);
  EXPECT_EQ(noise.stretch(3, 1h), Duration(1h));
}

TEST(OsNoise, TakesItsShare) {
  OsNoise noise(kNoise, 1, 1);
  constexpr int kPieces = 200'000;  // Ten seconds: some 10,000 pauses.
  const double share = static_cast<double>((of_many(noise, 0, kPieces) - 50us * kPieces).count()) /
                       static_cast<double>(Duration(50us * kPieces).count());
  EXPECT_NEAR(share, 0.1, 0.006);  // Four standard errors, and the ns of kept distance.
}

TEST(OsNoise, DependsOnTheComputingAndNotOnItsPieces) {
  OsNoise one(kNoise, 7, 2);
  OsNoise other(kNoise, 7, 2);
  EXPECT_EQ(of_many(one, 1, 1'000), other.stretch(1, 50us * 1'000));
}

TEST(OsNoise, IsTheSameForTheSameSeedAndAnotherForEachCpu) {
  OsNoise one(kNoise, 7, 2);
  OsNoise same(kNoise, 7, 2);
  OsNoise other(kNoise, 8, 2);
  const Duration first = one.stretch(0, 1s);
  EXPECT_EQ(first, same.stretch(0, 1s));
  EXPECT_NE(first, same.stretch(1, 1s));
  EXPECT_NE(first, other.stretch(0, 1s));
}

}  // namespace
}  // namespace loopsteal
