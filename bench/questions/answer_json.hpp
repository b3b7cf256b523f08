// An answer with all it rests on, as JSON of schema loopsteal.answer/1: figures and pages are made
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

/// The experiment alone, for a list.
[[nodiscard]] Json to_json(const Question& question);

/// The trials of such a document with what came out, to be judged again. Throws Json::exception
/// for what is none.
[[nodiscard]] Evidence evidence_of(const Json& answer);

}  // namespace loopsteal::questions
