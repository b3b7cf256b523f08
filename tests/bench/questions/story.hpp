// Made-up numbers for a question: what its experiment might have given.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "bench/questions/catalog.hpp"

namespace loopsteal::questions {

/// What a story says of a trial, by the name of a metric, or of theory ("theory_sojourn_mean").
/// 0 of theory: it says nothing.
using Numbers = std::function<double(const Trial& trial, std::string_view metric)>;
using Traces = std::function<std::string(const Trial& trial)>;

inline Evidence told(const Question& question, const Numbers& numbers, const Traces& traces = {}) {
  std::vector<Result> results;
  for (const Trial& trial : question.trials(Effort())) {
    Result result{.trial = trial, .theory = "M/M/1", .theory_exact = true};
    if (!trial.program.empty()) {
      if (traces) result.trace = traces(trial);
    } else {
      for (const std::string_view metric : question.metrics) {
        result.values[std::string(metric)] =
            std::vector<double>(trial.repetitions, numbers(trial, metric));
        const std::string theory = "theory_" + std::string(metric);
        if (const double value = numbers(trial, theory); value > 0) result.values[theory] = {value};
      }
      result.hashes.assign(trial.repetitions, 1);
    }
    results.push_back(std::move(result));
  }
  return Evidence(std::move(results));
}

/// The question that has this number.
inline const Question& question(std::string_view id) { return *find_questions(id).front(); }

/// For the names of tests.
inline void PrintTo(const Question& question, std::ostream* stream) { *stream << question.id; }

/// The claims that did not hold.
inline std::vector<std::string> broken(const Answer& answer) {
  std::vector<std::string> list;
  for (const Claim& claim : answer.claims) {
    if (!claim.held) list.push_back(claim.what);
  }
  return list;
}

/// `numbers`, but with another number where `changes` says one: for the trials of a series.
struct Twist {
  std::string series;
  std::string metric;
  double factor;
};
inline Numbers twisted(const Numbers& numbers, const Twist& twist) {
  return [=](const Trial& trial, std::string_view metric) {
    const bool meant = trial.series == twist.series && metric == twist.metric;
    return numbers(trial, metric) * (meant ? twist.factor : 1);
  };
}

/// A change of the story, and words of the claim that it must break.
struct Case {
  Twist twist;
  std::string_view claim;
};

inline void expect_breaks(const Question& question, const Numbers& numbers, const Traces& traces,
                          const std::vector<Case>& cases) {
  EXPECT_THAT(broken(question.judge(told(question, numbers, traces))), ::testing::IsEmpty());
  for (const Case& one : cases) {
    const Evidence evidence = told(question, twisted(numbers, one.twist), traces);
    EXPECT_THAT(broken(question.judge(evidence)),
                ::testing::Contains(::testing::HasSubstr(std::string(one.claim))))
        << one.twist.series << ' ' << one.twist.metric;
  }
}

}  // namespace loopsteal::questions
