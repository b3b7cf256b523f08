// Numbers and verdicts of an advice as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/advise/advice.hpp"

namespace loopsteal {

/// Heading of the answer.
struct AdviceTitle {
  std::string workload;  ///< As the user wrote it.
  WorkerId reference_workers = 1;
};

/// One sentence: the choice, or that no candidate meets the objectives.
std::string verdict_of(const Advice& advice, const AdviceQuestion& question);

/// Assumptions of the advice, one sentence each.
std::vector<std::string> assumptions_of(const Advice& advice, const AdviceQuestion& question,
                                        const AdviceTitle& title);

/// Result of the check, with the reason for a failure. For an advice with a check.
std::string check_sentence(const Advice& advice);

std::string candidate_words(const Candidate& candidate);  ///< "shared_queue on 3 workers"
std::string_view words_of(Standing standing);             ///< "keeps all"
/// Reason why a scheduler was chosen or not.
std::string fate_words(const Advised& advised, const AdviceQuestion& question);

std::string number_of(const Objective& objective, double value);  ///< With its unit.
std::string interval_words(const Objective& objective, const Estimate& estimate);
std::string value_words(const Objective& objective, const Estimate& estimate);  ///< "1 ms ± 3 %"
std::string percent(double share);                                              ///< "0.487 %"

/// The share of requests beyond the limit of a quantile; none for other metrics.
std::optional<Interval> late_share(const Objective& objective, const Interval& excess);

}  // namespace loopsteal
