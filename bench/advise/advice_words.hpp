// Numbers and verdicts of an advice in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/advise/advice.hpp"

namespace loopsteal {

/// What the answer is headed by.
struct AdviceTitle {
  std::string workload;  ///< As the user wrote it.
  WorkerId reference_workers = 1;
};

/// One sentence: what to take, or that nothing will do.
std::string verdict_of(const Advice& advice, const AdviceQuestion& question);

/// Sentences: the advice holds as long as these do.
std::vector<std::string> assumptions_of(const Advice& advice, const AdviceQuestion& question,
                                        const AdviceTitle& title);

/// Whether the check found what it should, and if not, what is wrong. For an advice with a check.
std::string check_sentence(const Advice& advice);

std::string candidate_words(const Candidate& candidate);  ///< "shared_queue on 3 workers"
std::string_view words_of(Standing standing);             ///< "keeps all"
/// Why a scheduler was chosen or not.
std::string fate_words(const Advised& advised, const AdviceQuestion& question);

std::string number_of(const Objective& objective, double value);  ///< With its unit.
std::string interval_words(const Objective& objective, const Estimate& estimate);
std::string value_words(const Objective& objective, const Estimate& estimate);  ///< "1 ms ± 3 %"
std::string percent(double share);                                              ///< "0.487 %"

/// The share of requests beyond the limit of a quantile; none for other metrics.
std::optional<Interval> late_share(const Objective& objective, const Interval& excess);

}  // namespace loopsteal
