// A design question that people ask, and the experiment that settles it.
//
// An experiment is stated before it is run: what is expected, what is run, what is looked at, and
// by which rule the answer follows. So it has two halves that know nothing of each other: `trials`
// says what is run, and `judge` makes an answer of whatever numbers came out. Tests hand made-up
// numbers to the second half. A number that both a test and a sentence need is one constant:
// bound.hpp prints it.
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
  std::string_view keywords;  ///< Words that find it, besides those of the title.
  std::string hypothesis;
  std::string experiment;  ///< Schedulers, workload, and what is varied.
  std::string metric;
  std::string rule;             ///< By which the claims are judged.
  std::string_view background;  ///< What the originals do and where that is written; may be empty.
  std::vector<std::string_view> sources;  ///< "owner/repository#number", or what they are called.
  std::string_view vary;                  ///< A command that asks it of something else.
  std::vector<std::string_view> metrics;  ///< Names of metrics.hpp that `judge` looks at.
  std::vector<Trial> (*trials)(const Effort& effort);
  Answer (*judge)(const Evidence& evidence);
};

}  // namespace loopsteal::questions
