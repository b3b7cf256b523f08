// All questions, and the search for a question by words.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "bench/questions/question.hpp"

namespace loopsteal::questions {

/// In the order of their numbers.
[[nodiscard]] std::span<const Question> questions();

/// The question with the number in `words` ("Q03", "q3"), or all questions whose title and keywords
/// contain each of the words. Empty: none.
[[nodiscard]] std::vector<const Question*> find_questions(std::string_view words);

}  // namespace loopsteal::questions
