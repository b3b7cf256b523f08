#include "bench/advise/demand.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/advise/trace_variation.hpp"
#include "workloads/support/request_options.hpp"

namespace loopsteal {
namespace {

const WorkloadCatalog kWorkloads = built_in_workloads();

OpenLoop offered(const Demand& demand, WorkerId workers) {
  const Spec spec = demand.on(workers);
  const WorkloadSetup setup{.workers = workers, .size = Size::full};
  return *kWorkloads.named(spec.name).open_loop(spec, setup);
}

TEST(Demand, TrafficStaysWhileWorkersChange) {
  const Demand demand("requests:load=0.6,mean=50us", 4, kWorkloads);
  EXPECT_EQ(demand.kind(), DemandKind::steady);
  EXPECT_NEAR(*demand.busy_workers(), 2.4, 1e-9);
  EXPECT_EQ(demand.workers_min(), 3u);
  for (const WorkerId workers : {1u, 4u, 16u}) {
    EXPECT_NEAR(offered(demand, workers).mean_gap_ns, 50'000 / 2.4, 1e-6);
    EXPECT_NEAR(offered(demand, workers).load, 2.4 / workers, 1e-9);
  }
}

TEST(Demand, AFileOfAnotherKindIsRefusedWithTheKnownOnes) {
  const std::string path =
      testing::TempDir() + "loopsteal_demand_" + std::to_string(::getpid()) + ".stg";
  std::ofstream(path) << "4\n0 0 0 0\n";
  try {
    Demand(path, 1, kWorkloads);
    ADD_FAILURE() << "it is read";
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr(path), testing::HasSubstr(".csv"),
                                             testing::HasSubstr("dag:file=FILE.json")));
  }
  std::remove(path.c_str());
}

TEST(Demand, ARateIsARateWhateverTheReference) {
  const Demand demand("requests:rate=20000/s,mean=100us", 7, kWorkloads);
  EXPECT_NEAR(*demand.rate(), 20'000, 1e-6);
  EXPECT_EQ(demand.workers_min(), 3u);  // Two are busy all the time.
}

TEST(Demand, ALoadWithoutARateIsScaled) {
  const Demand demand("mixed:load=0.6", 4, kWorkloads);
  EXPECT_EQ(demand.kind(), DemandKind::ending);
  EXPECT_EQ(demand.on(2), parse_spec("mixed:load=1.2"));
}

TEST(Demand, ManyReferenceWorkersOverloadOne) {
  const Demand demand("requests:load=0.8", 16, kWorkloads);
  EXPECT_EQ(demand.workers_min(), 13u);
}

TEST(Demand, VariesOneThingAtATime) {
  const Demand demand("requests:load=0.5,service=bimodal1", 2, kWorkloads);
  const OpenLoop before = offered(demand, 2);
  const OpenLoop loaded = offered(*demand.with_load(1.1), 2);
  EXPECT_NEAR(loaded.load, before.load * 1.1, 1e-9);
  EXPECT_DOUBLE_EQ(loaded.service_cv2, before.service_cv2);
  const OpenLoop varied = offered(*demand.with_variance(2), 2);
  EXPECT_NEAR(varied.load, before.load, 1e-9);
  EXPECT_NEAR(varied.service_cv2, before.service_cv2 * 2, 1e-9);
}

TEST(Demand, SaysWhatCannotBeVaried) {
  EXPECT_FALSE(Demand("requests:service=det", 1, kWorkloads).with_variance(2));
  EXPECT_FALSE(Demand("skynet", 1, kWorkloads).with_load(1.1));
  EXPECT_FALSE(Demand("skynet", 1, kWorkloads).with_variance(2));
  EXPECT_FALSE(Demand("requests:service=pareto,alpha=1.5", 1, kWorkloads).with_variance(2));
}

TEST(Demand, RefusesWhatVirtualTimeHasNot) {
  EXPECT_THROW(Demand("echo", 1, kWorkloads), SpecError);
  EXPECT_THROW(Demand("reqests", 1, kWorkloads), SpecError);
  EXPECT_THROW(Demand("missing.csv", 1, kWorkloads), SpecError);
}

TEST(Demand, ReadsATraceByItsName) {
  const TemporaryFile file("arrival_s,service_s\n0,0.01\n0.01,0.02\n0.02,0.06\n", ".csv");
  const Demand demand(file.path(), 1, kWorkloads);
  EXPECT_EQ(demand.kind(), DemandKind::replayed);
  EXPECT_EQ(demand.trace_length(), 3u);
  EXPECT_NEAR(*demand.busy_workers(), 3, 1e-9);
  EXPECT_EQ(demand.workers_min(), 1u);  // It is over at some time.
  EXPECT_NEAR(*demand.with_load(2)->busy_workers(), 6, 1e-9);
  const Demand varied = *demand.with_variance(0.5);
  EXPECT_NEAR(offered(varied, 1).service_cv2, offered(demand, 1).service_cv2 / 2, 1e-3);
  EXPECT_NEAR(offered(varied, 1).mean_service_ns, 30e6, 1);
}

TEST(Demand, ATraceIsResampledByReplication) {
  const TemporaryFile file("arrival_s,service_s\n0,0.01\n0.01,0.02\n0.02,0.06\n0.5,0.1\n", ".csv");
  const Demand demand(file.path(), 1, kWorkloads);
  EXPECT_FALSE(demand.drawn(1));  // All replications run the trace itself.
  const Demand resampled = *demand.resampled();
  EXPECT_EQ(resampled.drawn(1)->trace_length(), 4u);
  EXPECT_FALSE(Demand("requests", 1, kWorkloads).resampled());
}

TEST(TraceVariation, DrawsWholeBlocksOfGapsAndSizes) {
  std::vector<TraceRequest> trace;
  Duration time{};
  for (int i = 0; i < 100; ++i) {
    time += Duration(i + 1);  // Request i has the size of its gap.
    trace.push_back({time, {i + 1}, kNoKey});
  }
  const std::vector<TraceRequest> drawn = with_blocks_drawn_anew(trace, 1);
  ASSERT_EQ(drawn.size(), trace.size());
  Duration before{};
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    EXPECT_EQ((drawn[i].arrival - before).count(), drawn[i].service.ns);
    const bool begins = i % 10 == 0;
    if (!begins) {
      EXPECT_EQ(drawn[i].service.ns, drawn[i - 1].service.ns % 100 + 1);
    }
    before = drawn[i].arrival;
  }
  EXPECT_EQ(with_blocks_drawn_anew(trace, 1), drawn);
  EXPECT_NE(with_blocks_drawn_anew(trace, 2), drawn);
}

TEST(TraceVariation, ReadsBackAsItWasWritten) {
  const std::vector<TraceRequest> trace = {{Duration(0), {1}, 3},
                                           {Duration(1'234'567'891), {7}, 0}};
  std::istringstream text(print_trace(trace));
  EXPECT_EQ(read_trace(text, "trace", {}), trace);
}

TEST(TraceVariation, KeepsTheMeanAndTheOrderOfSizes) {
  std::vector<TraceRequest> trace;
  for (int i = 1; i <= 100; ++i) trace.push_back({Duration(i), {i * 1'000}, kNoKey});
  const auto varied = with_variation(trace, 2);
  ASSERT_TRUE(varied);
  double sum = 0;
  for (std::size_t i = 0; i < varied->size(); ++i) {
    sum += static_cast<double>((*varied)[i].service.ns);
  }
  EXPECT_NEAR(sum, 5'050'000, 100);
  const auto size = [](const TraceRequest& request) { return request.service.ns; };
  EXPECT_TRUE(std::ranges::is_sorted(*varied, {}, size));
  trace.assign(10, {Duration(0), {5}, kNoKey});
  EXPECT_FALSE(with_variation(trace, 2));  // Equal sizes.
}

}  // namespace
}  // namespace loopsteal
