// An answer with all its data, as JSON of schema loopsteal.answer/1. Figures and pages are made
// from it alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "bench/measure/json.hpp"
#include "bench/questions/question.hpp"

namespace loopsteal::questions {

inline constexpr std::string_view kAnswerSchema = "loopsteal.answer/1";

[[nodiscard]] Json to_json(const Question& question, const Answer& answer,
                           const Evidence& evidence);

/// The experiment without results, for a list.
[[nodiscard]] Json to_json(const Question& question);

/// The trials and results of such a document, to judge again. Throws Json::exception if it is not
/// one.
[[nodiscard]] Evidence evidence_of(const Json& answer);

}  // namespace loopsteal::questions
