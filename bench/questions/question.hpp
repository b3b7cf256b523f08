// A design question, and the experiment that answers it.
//
// The experiment is stated before it runs: hypothesis, runs, measurements, and decision rule. It
// has two independent halves: `trials` says what to run, and `judge` turns any numbers into an
// answer. Tests give made-up numbers to the second half.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/questions/answer.hpp"
#include "bench/questions/evidence.hpp"
#include "bench/questions/trial.hpp"

namespace loopsteal::questions {

struct Question {
  std::string_view id;  ///< "Q03".
  std::string_view title;
  std::string_view keywords;  ///< Words that find it, in addition to those of the title.
  std::string hypothesis;
  std::string experiment;  ///< Schedulers, workload, and the varied parameters.
  std::string metric;
  std::string rule;             ///< Decision rule for the claims.
  std::string_view background;  ///< What the reference runtimes do, with sources; may be empty.
  std::vector<std::string_view> sources;  ///< "owner/repository#number", or their names.
  std::string_view vary;                  ///< A command that varies the question.
  std::vector<std::string_view> metrics;  ///< Names of metrics.hpp that `judge` uses.
  std::vector<Trial> (*trials)(const Effort& effort);
  Answer (*judge)(const Evidence& evidence);
};

}  // namespace loopsteal::questions
