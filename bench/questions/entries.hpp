// The questions, one per file; use catalog.hpp to get them.
#pragma once

#include <vector>

#include "bench/questions/question.hpp"

namespace loopsteal::questions {

[[nodiscard]] Question asyncio_question();
[[nodiscard]] Question parallelism_question();
[[nodiscard]] Question lifo_slot_question();
[[nodiscard]] Question imbalance_question();
[[nodiscard]] Question slow_callback_question();
[[nodiscard]] Question task_length_question();
[[nodiscard]] Question workers_question();
[[nodiscard]] Question searchers_question();
[[nodiscard]] Question injection_question();
[[nodiscard]] Question steal_amount_question();
[[nodiscard]] Question fairness_question();
[[nodiscard]] Question grain_question();
[[nodiscard]] Question placement_question();
[[nodiscard]] Question local_queue_question();
[[nodiscard]] Question victim_question();
[[nodiscard]] Question budget_question();
[[nodiscard]] Question replay_question();

/// All of them, in the order of their numbers.
[[nodiscard]] inline std::vector<Question> entries() {
  return {asyncio_question(),      parallelism_question(),   lifo_slot_question(),
          imbalance_question(),    slow_callback_question(), task_length_question(),
          workers_question(),      searchers_question(),     injection_question(),
          steal_amount_question(), fairness_question(),      grain_question(),
          placement_question(),    local_queue_question(),   victim_question(),
          budget_question(),       replay_question()};
}

}  // namespace loopsteal::questions
