// The questions, a file each; catalog.hpp is the way to them.
#pragma once

#include <vector>

#include "bench/questions/question.hpp"

namespace loopsteal::questions {

[[nodiscard]] Question asyncio_question();
[[nodiscard]] Question lifo_slot_question();
[[nodiscard]] Question imbalance_question();
[[nodiscard]] Question slow_callback_question();
[[nodiscard]] Question steal_amount_question();

/// All of them, in the order of their numbers.
[[nodiscard]] inline std::vector<Question> entries() {
  return {asyncio_question(), lifo_slot_question(), imbalance_question(), slow_callback_question(),
          steal_amount_question()};
}

}  // namespace loopsteal::questions
