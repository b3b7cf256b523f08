// All questions, and how one is found by its words.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "bench/questions/question.hpp"

namespace loopsteal::questions {

/// In the order of their numbers.
[[nodiscard]] std::span<const Question> questions();

/// The question that `words` is the number of ("Q03", "q3"), or all those in whose title and
/// keywords each of the words occurs. Empty: none.
[[nodiscard]] std::vector<const Question*> find_questions(std::string_view words);

}  // namespace loopsteal::questions
