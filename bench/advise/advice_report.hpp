// Renders an advice for people and for programs.
#pragma once

#include <string>

#include "bench/advise/advice.hpp"
#include "bench/advise/advice_words.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {

/// The choice, the other schedulers, the sensitivity, the check, and the assumptions.
std::string render(const Advice& advice, const AdviceQuestion& question, const AdviceTitle& title,
                   TableStyle style, bool colour);

/// Advice as JSON, of schema loopsteal.advise/1, without a context.
Json to_json(const Advice& advice, const AdviceQuestion& question, const AdviceTitle& title);

}  // namespace loopsteal
