// What probes do, counted: the coefficients that calibration rests on.
#include "bench/calibrate/operation_counts.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

double count(const std::vector<double>& counts, std::string_view name) {
  return counts[unknown_named(name)];
}

TEST(OperationCounts, EveryEntryIsAnUnknownOfItsOwn) {
  for (std::size_t i = 0; i < cost_entries().size(); ++i) {
    EXPECT_EQ(unknown_named(cost_entries()[i].name), i);
    EXPECT_EQ(entry_of_unknown(i), cost_entries()[i].name);
  }
  EXPECT_GT(unknown_named("piece"), cost_entries().size() - 1);
  EXPECT_EQ(entry_of_unknown(unknown_named("piece")), "");
  for (std::size_t i = 0; i < count_of_unknowns(); ++i) EXPECT_GT(usual_ns_of_unknown(i), 0);
}

TEST(OperationCounts, AYieldIsAPushAPopAndARun) {
  const auto counts = counts_in_virtual_time({ProbeKind::yields, "event_loop", 1, 100});
  EXPECT_GE(count(counts, "push_local"), 256 * 100);
  EXPECT_GE(count(counts, "pop_local"), 256 * 100);
  EXPECT_GE(count(counts, "run"), 256 * 100);
  EXPECT_LT(count(counts, "run"), 256 * 100 + 600);
  EXPECT_NEAR(count(counts, "iteration"), 100, 5);
  EXPECT_EQ(count(counts, "spawn"), 0);
}

TEST(OperationCounts, TheSharedQueueTakesALockForEachPushAndPop) {
  const auto counts = counts_in_virtual_time({ProbeKind::yields, "shared_queue", 1, 100});
  EXPECT_GE(count(counts, "lock"), 2 * 256 * 100);
  EXPECT_LT(count(counts, "lock"), 2 * 256 * 100 + 1500);
}

TEST(OperationCounts, TimeOutsAreInsertedAndCancelled) {
  const auto counts = counts_in_virtual_time({ProbeKind::time_outs, "work_stealing", 1, 10});
  EXPECT_EQ(count(counts, "timer_insert"), 640);
  EXPECT_EQ(count(counts, "timer_cancel"), 640);
  EXPECT_EQ(count(counts, "timer_fire"), 0);
  EXPECT_EQ(count(counts, "callback"), 640);
}

TEST(OperationCounts, SleepsFireAndNobodyWaitsForThem) {
  const auto counts = counts_in_virtual_time({ProbeKind::sleeps, "event_loop", 1, 20});
  EXPECT_GT(count(counts, "timer_fire"), 64 * 10);
  EXPECT_EQ(count(counts, "timer_fire"), count(counts, "timer_insert"));
  EXPECT_LT(count(counts, "park"), 3);
}

TEST(OperationCounts, AYieldBesideIoIsAPoll) {
  const auto counts = counts_in_virtual_time({ProbeKind::polls, "event_loop", 1, 100});
  EXPECT_NEAR(count(counts, "poll"), 100, 5);
}

TEST(OperationCounts, ThreadsDoTheSameOnOneWorker) {
  for (const ProbeKind kind : {ProbeKind::yields, ProbeKind::spawns, ProbeKind::chain,
                               ProbeKind::time_outs, ProbeKind::many_spawns}) {
    for (const char* const scheduler : {"event_loop", "shared_queue"}) {
      const Probe probe{kind, scheduler, 1, 50};
      const auto simulated = counts_in_virtual_time(probe);
      const auto real = counts_of(probe, run_on_threads(probe), count(simulated, "lock"));
      for (std::size_t i = 0; i < real.size(); ++i)
        EXPECT_NEAR(real[i], simulated[i], 2) << probe.name() << ": " << entry_of_unknown(i);
    }
  }
}

}  // namespace
}  // namespace loopsteal
