#include "bench/advise/objective.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

using std::chrono::milliseconds;

TEST(Objective, ReadsBackAsItWas) {
  for (const char* text : {"mean<=1.5ms", "p50<=10us", "p90<=3ms", "p99<=10ms", "p99.9<=2s",
                           "makespan<=1s", "throughput>=1000/s"}) {
    EXPECT_EQ(to_string(parse_objective(text)), text);
  }
  EXPECT_EQ(parse_objective(" p999 <= 10ms "), parse_objective("p99.9<=10ms"));
}

TEST(Objective, RefusesWhatIsNone) {
  for (const char* text :
       {"", "p99", "p99<10ms", "p99=10ms", "=10ms", "p99<=", "p99<=10", "p99<=0ms", "p98<=1ms",
        "p99>=10ms", "throughput<=10/s", "throughput>=10", "throughput>=0/s", "<=1ms"}) {
    EXPECT_THROW(static_cast<void>(parse_objective(text)), SpecError) << text;
  }
}

TEST(Objective, NamesTheNearestMetric) {
  try {
    static_cast<void>(parse_objective("thruput>=10/s"));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("throughput"), std::string::npos) << error.what();
  }
}

// Sojourns of 1 to 1000 ms.
std::vector<RequestSample> thousand() {
  std::vector<RequestSample> requests;
  for (int i = 1; i <= 1000; ++i) requests.push_back({milliseconds(0), milliseconds(i)});
  return requests;
}

TEST(Objective, IsReadOffARun) {
  const std::vector<RequestSample> requests = thousand();
  const RunRecord record{requests, milliseconds(2000), 1000};
  const auto reading = [&](const char* text) { return read(parse_objective(text), record); };
  EXPECT_DOUBLE_EQ(reading("mean<=500ms").value, 500.5e6);
  EXPECT_DOUBLE_EQ(reading("mean<=500ms").excess, 0.5e6);
  EXPECT_DOUBLE_EQ(reading("p50<=1s").value, 500e6);
  EXPECT_DOUBLE_EQ(reading("p99<=1s").value, 990e6);
  EXPECT_DOUBLE_EQ(reading("p99.9<=1s").value, 999e6);
  EXPECT_DOUBLE_EQ(reading("makespan<=1s").excess, 1e9);
  EXPECT_DOUBLE_EQ(reading("throughput>=600/s").value, 500);
  EXPECT_DOUBLE_EQ(reading("throughput>=600/s").excess, 100);
}

TEST(Objective, AQuantileIsKeptUpToTheShareThatMayBeLate) {
  const std::vector<RequestSample> requests = thousand();
  const RunRecord record{requests, milliseconds(2000), 1000};
  EXPECT_NEAR(read(parse_objective("p99<=990ms"), record).excess, 0, 1e-12);
  EXPECT_NEAR(read(parse_objective("p99<=980ms"), record).excess, 0.01, 1e-12);
  EXPECT_NEAR(read(parse_objective("p90<=2s"), record).excess, -0.1, 1e-12);
}

TEST(Objective, OfARunWhoseRequestsWereCountedInBins) {
  const std::vector<RequestSample> requests = thousand();
  const RunRecord kept{requests, milliseconds(2000), 1000};
  RunRecord counted{{}, milliseconds(2000), 1000, LatencyHistogram()};
  for (const RequestSample& request : requests) counted.sojourns->add(request.sojourn);
  EXPECT_EQ(counted.requests_that_count(), 1000u);
  for (const char* const text :
       {"p99<=500ms", "p50<=2s", "p90<=890ms", "mean<=1ms", "makespan<=1s"}) {
    SCOPED_TRACE(text);
    const Objective objective = parse_objective(text);
    const Reading exact = read(objective, kept);
    const Reading binned = read(objective, counted);
    EXPECT_NEAR(binned.value, exact.value, exact.value / 64);
    // Up to the requests of one bin: 1/64 of the values of an even spread.
    EXPECT_NEAR(binned.excess, exact.excess, std::max(1.0 / 64, std::abs(exact.excess) / 64));
  }
}

}  // namespace
}  // namespace loopsteal
