// What a table and a sentence say of a comparison.
#include "bench/measure/verdict_words.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "bench/measure/json.hpp"

namespace loopsteal {
namespace {

DecidingMetric metric_of(const std::string& field) {
  if (field == "sojourn_mean_ns") return DecidingMetric::mean_sojourn;
  return field == "sojourn_p99_ns" ? DecidingMetric::p99_sojourn : DecidingMetric::makespan;
}

// tests/scripts/figures_test.py reads the same file.
TEST(EffectWords, AreThoseOfTheFigures) {
  std::ifstream file(LOOPSTEAL_EFFECT_WORDS);
  const Json cases = Json::parse(file);
  ASSERT_GE(cases.size(), 10u);
  for (const Json& one : cases) {
    EXPECT_EQ(effect_words(metric_of(one[0]), one[1].get<double>()), one[2].get<std::string>());
  }
}

Comparison decided(double value, double low, double high) {
  Comparison comparison{.ratio = {value, low, high}};
  comparison.verdict = verdict_of(comparison.ratio);
  return comparison;
}

TEST(VerdictWords, HaveADirectionAndAnInterval) {
  constexpr auto kMakespan = DecidingMetric::makespan;
  EXPECT_EQ(verdict_words(kMakespan, decided(2, 1.98, 2.02)), "2.00x as fast [1.98, 2.02]");
  EXPECT_EQ(verdict_words(kMakespan, decided(0.5, 0.4, 0.625)), "2.00x as slow [1.60, 2.50]");
  EXPECT_EQ(verdict_words(DecidingMetric::p99_sojourn, decided(4.9, 4.7, 5.1)),
            "4.90x lower [4.70, 5.10]");
  EXPECT_EQ(verdict_words(DecidingMetric::mean_sojourn, decided(0.8, 0.75, 0.9)),
            "1.25x higher [1.11, 1.33]");
}

TEST(VerdictWords, OfATieHaveNoDirection) {
  EXPECT_EQ(verdict_words(DecidingMetric::makespan, decided(0.83, 0.56, 1.63)), "tie [0.56, 1.63]");
}

TEST(VerdictWords, SayHowManyRunsAreMissing) {
  const Comparison comparison{.ratio = {2, 1.9, 2.1}, .runs = 9, .runs_needed = 10};
  EXPECT_EQ(verdict_words(DecidingMetric::makespan, comparison), "2.00x as fast (9 of 10 runs)");
}

TEST(VerdictWords, OfExactNumbersHaveNoInterval) {
  constexpr auto kMetric = DecidingMetric::mean_sojourn;
  EXPECT_EQ(verdict_words(kMetric, compare_exactly(6, 3)), "2.00x lower (exact)");
  EXPECT_EQ(verdict_words(kMetric, compare_exactly(3, 6)), "2.00x higher (exact)");
  EXPECT_EQ(verdict_words(kMetric, compare_exactly(6, 6)), "the same (exact)");
}

TEST(ExactWords, NameTheInput) {
  ReportLine line;
  EXPECT_EQ(exact_words("requests:trace=a.csv", line), "");
  line.runs_differ = RunsDiffer::no;
  EXPECT_EQ(exact_words("requests:trace=a.csv,speed=2", line), "exact for this trace");
  EXPECT_EQ(exact_words("dag:file=a.json", line), "exact for this graph");
  EXPECT_EQ(exact_words("script:file=a.json", line), "exact for this program");
  line.runs_differ = RunsDiffer::not_in_value;
  line.estimate = Interval{.mean = 5, .half_width = 0, .n = 20};
  EXPECT_EQ(exact_words("uts", line), "the same in all 20 runs");
}

}  // namespace
}  // namespace loopsteal
