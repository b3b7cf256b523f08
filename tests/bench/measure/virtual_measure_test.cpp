// How long a run in virtual time is to be, before it is run.
#include "bench/measure/virtual_measure.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "bench/measure/measure.hpp"

namespace loopsteal {
namespace {

std::uint64_t requests_for_one_percent(const std::string& scheduler, WorkerId workers) {
  const WorkloadCatalog catalog = built_in_workloads();
  const Point point{.scheduler = parse_spec(scheduler),
                    .workload = parse_spec("requests:load=0.9,mean=1ms"),
                    .machine = "sim",
                    .workers = workers,
                    .precision = 0.01};
  return plan_replications(checked(point, catalog), catalog).requests;
}

// A pool whose workers steal by chance is many workers, each of which forgets by itself; taken for
// one queue that they share it would be run for 500 times as long as all of them take to forget.
TEST(ReplicationPlan, OfAMeanFieldPoolGoesByWhatAWorkerForgets) {
  const std::uint64_t many = requests_for_one_percent("work_stealing:preset=mean-field", 4'096);
  const std::uint64_t shared = requests_for_one_percent("work_stealing:lifo_slot=off", 4'096);
  EXPECT_LT(many, shared / 15);
  // 40 relaxation times, of 31 jobs a worker: half of them warm-up.
  EXPECT_NEAR(static_cast<double>(many), 40 * 30.7 * 4'096, 0.02 * static_cast<double>(many));
  // Who looks for work again and again forgets faster, and stealing that is far away later.
  EXPECT_LT(requests_for_one_percent("work_stealing:preset=mean-field,retry_rate=1000", 4'096),
            many);
  EXPECT_GT(requests_for_one_percent("work_stealing:preset=mean-field,transfer_latency=4ms,"
                                     "transfer=exp,victim_threshold=4",
                                     4'096),
            many);
}

TEST(ReplicationPlan, OfAFewSuchWorkersIsLongEnoughForThePrecision) {
  const std::uint64_t few = requests_for_one_percent("work_stealing:preset=mean-field", 8);
  EXPECT_GT(few * 10, 1'000'000u);
}

}  // namespace
}  // namespace loopsteal
