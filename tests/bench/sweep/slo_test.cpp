#include "bench/sweep/slo.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "bench/sweep/planned_row.hpp"

namespace loopsteal {
namespace {

using std::chrono::milliseconds;

TEST(Slo, ReadsBackAsItWas) {
  for (const char* text : {"mean<=1.5ms", "p50<=10us", "p99<=10ms", "p99.9<=2s"}) {
    EXPECT_EQ(to_string(parse_slo(text)), text);
  }
  EXPECT_EQ(parse_slo(" p99 <= 10ms "), parse_slo("p99<=10ms"));
}

TEST(Slo, RefusesWhatIsNone) {
  for (const char* text :
       {"", "p99", "p99<10ms", "p99<=", "p99<=10", "p99<=0ms", "p99<=-1ms", "p42<=1ms", "<=1ms"}) {
    EXPECT_THROW(static_cast<void>(parse_slo(text)), SpecError) << text;
  }
}

TEST(Slo, BoundsAreLoadsBelowOne) {
  const auto refused = [](double low, double high, double width) {
    EXPECT_THROW(check(SloSearch{.slo = {}, .load_low = low, .load_high = high, .width = width}),
                 SpecError);
  };
  refused(0, 0.9, 0.01);
  refused(0.9, 0.1, 0.01);
  refused(0.1, 1, 0.01);
  refused(0.1, 0.9, 0);
  refused(0.1, std::nan(""), 0.01);
}

TEST(Slo, QuantilesAreThoseOfTheRow) {
  Row row;
  std::vector<double> latencies;
  for (int i = 1; i <= 100'000; ++i) latencies.push_back(i * 1e3);
  row.sojourn = LatencyHistogram::of_run(std::move(latencies));
  const double p99_ns = *sojourn_statistic_of(row, SojournStatistic::p99);
  EXPECT_NEAR(p99_ns, 99e6, 0);  // A bin of the histogram is 1.6 % wide there.
  EXPECT_NEAR(*sojourn_statistic_of(row, SojournStatistic::p50), 50e6, 0);
  EXPECT_NEAR(*sojourn_statistic_of(row, SojournStatistic::p999), 99.9e6, 0);
  EXPECT_NEAR(*sojourn_statistic_of(row, SojournStatistic::mean), 50.0005e6, 1);
  EXPECT_FALSE(sojourn_statistic_of(Row{}, SojournStatistic::mean));
}

// A server whose every sojourn is 1 ms / (1 - load).
Row row_at(double load) {
  Row row;
  row.answer_ok = true;
  row.sojourn.add(Duration(static_cast<std::int64_t>(1e6 / (1 - load))));
  return row;
}

SloFinding find(const SloSearch& search) {
  std::optional<SloFinding> finding =
      find_load(search, [](double load) { return std::optional(row_at(load)); });
  EXPECT_TRUE(finding);
  return finding.value_or(SloFinding{});
}

TEST(FindLoad, ClosesInOnTheAnswer) {
  const SloSearch search{.slo = parse_slo("mean<=4ms"), .width = 0.001};
  const SloFinding finding = find(search);
  ASSERT_TRUE(finding.load && finding.broken_at);
  EXPECT_LE(*finding.load, 0.75);
  EXPECT_GT(*finding.broken_at, 0.75);
  EXPECT_LE(*finding.broken_at - *finding.load, 0.001);
  EXPECT_EQ(finding.row.sojourn.mean_ns(), row_at(*finding.load).sojourn.mean_ns());
  EXPECT_LE(finding.trials.size(), 12u);
}

TEST(FindLoad, SaysSoWhereNothingKeepsIt) {
  const SloFinding finding = find({.slo = parse_slo("mean<=1ms")});
  EXPECT_FALSE(finding.load);
  EXPECT_EQ(finding.broken_at, 0.05);
  EXPECT_EQ(finding.trials.size(), 1u) << "higher loads cannot keep it either";
}

TEST(FindLoad, SaysSoWhereNothingBreaksIt) {
  const SloFinding finding = find({.slo = parse_slo("mean<=1s")});
  EXPECT_EQ(finding.load, 0.99);
  EXPECT_FALSE(finding.broken_at);
}

TEST(FindLoad, EndsWithARunThatFails) {
  const auto finding = find_load({.slo = parse_slo("mean<=4ms")}, [](double load) {
    Row row = row_at(load);
    if (load > 0.5) row.error = "out of something";
    return std::optional(std::move(row));
  });
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->row.error, "out of something");
}

TEST(FindLoad, StopsWhenToldTo) {
  int calls = 0;
  const auto finding = find_load({.slo = parse_slo("mean<=4ms")}, [&](double load) {
    return ++calls < 3 ? std::optional(row_at(load)) : std::nullopt;
  });
  EXPECT_FALSE(finding);
  EXPECT_EQ(calls, 3);
}

// In M/M/1 the sojourn is exponential with mean service / (1 - load), so its p99 is ln(100) of
// that: ten services at a load of 1 - ln(100) / 10 = 0.5395.
TEST(FindLoad, FindsTheLoadOfAnMM1Queue) {
  PlannedPoint planned{
      .point = {.scheduler = parse_spec("event_loop"),
                .workload = parse_spec("requests:service=exp,mean=1ms,count=60000"),
                .machine = "sim",
                .size = Size::full}};
  planned.search = SloSearch{.slo = {SojournStatistic::p99, milliseconds(10)}, .width = 0.01};
  const auto row = measure_planned(planned, built_in_workloads(), 1, {});
  ASSERT_TRUE(row);
  EXPECT_EQ((*row)["slo"], "p99<=10ms");
  EXPECT_TRUE((*row)["slo_met"].get<bool>());
  EXPECT_NEAR((*row)["slo_load"].get<double>(), 1 - std::log(100.0) / 10, 0.05);
  EXPECT_LE((*row)["slo_broken_load"].get<double>() - (*row)["slo_load"].get<double>(), 0.01);
  EXPECT_EQ((*row)["load"], (*row)["slo_load"]);
  EXPECT_LE((*row)["slo_value_ns"].get<double>(), 10e6);
}

}  // namespace
}  // namespace loopsteal
