// Counts of a long run's requests, held against the requests themselves.
#include "bench/measure/request_blocks.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "bench/measure/measure.hpp"
#include "bench/measure/row_json.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"

namespace loopsteal {
namespace {

Point point_of(const std::string& scheduler, const std::string& workload,
               const std::string& machine = "sim") {
  return checked({.scheduler = parse_spec(scheduler),
                  .workload = parse_spec(workload),
                  .machine = machine,
                  .workers = 2},
                 built_in_workloads());
}

RunOutcome run(const Point& point, RequestSink* sink) {
  return run_once(point, workload_named(point.workload.name), nullptr, sink);
}

TEST(RequestBlocks, WantOnlyRunsThatAreTooLongToBeKept) {
  RequestBlocks blocks(1'000, 1, {});
  EXPECT_FALSE(blocks.wants(1'000));
  EXPECT_FALSE(blocks.in_use());
  EXPECT_TRUE(blocks.wants(1'001));
  EXPECT_TRUE(blocks.in_use());
}

// The number of requests divides neither into 40 blocks nor into 20 batches.
class AgainstSamples : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kWarmUp = 3'007;

  AgainstSamples() {
    kept = run(point, nullptr);
    counted = run(point, &blocks);
    samples = std::span(kept.result.samples).subspan(kWarmUp);
  }

  const Point point = point_of("work_stealing", "requests:load=0.8,count=60011");
  RequestBlocks blocks{0, 1, [](std::uint64_t) { return kWarmUp; }};
  RunOutcome kept;
  RunOutcome counted;
  std::span<const RequestSample> samples;
};

TEST_F(AgainstSamples, TheRunAndItsAnswerAreTheSame) {
  EXPECT_EQ(counted.measurement.virtual_account->trace_hash,
            kept.measurement.virtual_account->trace_hash);
  EXPECT_EQ(counted.result.answer, kept.result.answer);
  EXPECT_TRUE(counted.result.answer_ok);
  EXPECT_TRUE(counted.result.samples.empty());
}

TEST_F(AgainstSamples, MeansAndTheirIntervalsAreEqualToTheLastBit) {
  for (const auto& [found, member] : {std::pair{blocks.mean_wait(), &RequestSample::wait},
                                      std::pair{blocks.mean_sojourn(), &RequestSample::sojourn}}) {
    const BatchEstimate expected = batch_means(values_of(samples, member));
    EXPECT_EQ(found.interval, expected.interval);
    EXPECT_EQ(found.batch_size, expected.batch_size);
    EXPECT_EQ(found.left_out, expected.left_out);
    EXPECT_EQ(found.lag1, expected.lag1);
  }
}

TEST_F(AgainstSamples, HistogramsAreEqualAndTheirMeansExact) {
  const auto expected = LatencyHistogram::of_run(values_of(samples, &RequestSample::sojourn));
  EXPECT_EQ(blocks.sojourns().bins(), expected.bins());
  EXPECT_EQ(blocks.sojourns().mean_ns(), expected.mean_ns());
  EXPECT_EQ(blocks.sojourns().max_ns(), expected.max_ns());
  EXPECT_FALSE(blocks.sojourns().is_exact(0.5));
  const auto waits = LatencyHistogram::of_run(values_of(samples, &RequestSample::wait));
  EXPECT_EQ(blocks.waits().bins(), waits.bins());
  EXPECT_EQ(blocks.waits().mean_ns(), waits.mean_ns());
}

TEST_F(AgainstSamples, QuantilesAreWithinTheWidthOfABinAndTheirIntervalsHoldIt) {
  const std::vector<Estimate> expected =
      quantile_intervals(values_of(samples, &RequestSample::sojourn), kReportedQuantiles);
  const std::vector<Estimate> found = blocks.sojourn_quantiles(kReportedQuantiles);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    SCOPED_TRACE(kReportedQuantiles[i]);
    EXPECT_NEAR(found[i].value, expected[i].value, kQuantileResolution * expected[i].value);
    EXPECT_LE(found[i].low, found[i].value);
    EXPECT_GE(found[i].high, found[i].value);
    EXPECT_NEAR(found[i].low, expected[i].low, 2 * kQuantileResolution * expected[i].low);
    if (std::isfinite(expected[i].high)) {
      EXPECT_NEAR(found[i].high, expected[i].high, 2 * kQuantileResolution * expected[i].high);
    }
    // Ends are those of bins, so both may be left out of no interval for the sake of a bin.
    EXPECT_EQ(static_cast<std::uint64_t>(found[i].low),
              delay_bin_lower(delay_bin(static_cast<std::uint64_t>(found[i].low))));
  }
}

TEST(RequestBlocks, ThreadsCountTogether) {
  constexpr std::uint64_t kRequests = 40'000;
  constexpr std::uint64_t kThreads = 4;
  for (const unsigned shards : {2U, 8U}) {
    RequestBlocks blocks(0, shards, [](std::uint64_t) { return 100; });
    ASSERT_TRUE(blocks.wants(kRequests));
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&blocks, t] {
        for (std::uint64_t i = t; i < kRequests; i += kThreads)
          blocks.take(i, {Duration(i % 1'000), Duration(i % 1'000 + 5)});
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(blocks.account().taken, kRequests);
    EXPECT_EQ(blocks.account().impossible, 0u);
    EXPECT_EQ(blocks.sojourns().count(), kRequests - 100);
    EXPECT_EQ(blocks.waits().max_ns(), 999u);
    EXPECT_DOUBLE_EQ(blocks.sojourns().mean_ns(), blocks.waits().mean_ns() + 5);
  }
}

TEST(RequestBlocks, EverySchedulerOnThreadsIsCountedWhole) {
  for (const char* const scheduler :
       {"event_loop", "sharded_loops", "shared_queue", "work_stealing", "onetbb"}) {
    SCOPED_TRACE(scheduler);
    const Point point = point_of(scheduler, "hot_shard:jobs=20000,work=0ns", "threads");
    RequestBlocks blocks(0, point.workers + 1, {});
    const RunOutcome outcome = run(point, &blocks);
    EXPECT_TRUE(outcome.result.answer_ok);
    EXPECT_EQ(blocks.sojourns().count(), 20'000u);
  }
}

TEST(RequestBlocks, ARowSaysHowFarOffItsQuantilesMayBe) {
  const WorkloadCatalog catalog = built_in_workloads();
  const Point kept = point_of("event_loop", "requests:load=0.5,count=30000");
  EXPECT_EQ(measure(kept, catalog).quantile_error, 0);
  const Point longer =
      point_of("event_loop", "requests:load=0.5,count=" + std::to_string(kRequestsKept + 1));
  const Row row = measure(longer, catalog);
  EXPECT_EQ(row.error, "");
  EXPECT_TRUE(row.answer_ok);
  EXPECT_EQ(row.quantile_error, kQuantileResolution);
  EXPECT_EQ(row.sojourn.count() + row.estimates->warmup_deleted, kRequestsKept + 1);
  EXPECT_TRUE(row.estimates->quantile(0.99)->interval.contains(
      static_cast<double>(row.sojourn.quantile_ns(0.99))));
  const Row read = row_from_json(to_json(row));
  EXPECT_EQ(read.quantile_error, row.quantile_error);
  EXPECT_EQ(read.sojourn.quantile_ns(0.99), row.sojourn.quantile_ns(0.99));
}

}  // namespace
}  // namespace loopsteal
