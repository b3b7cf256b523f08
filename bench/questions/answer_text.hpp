// An answer for people: the verdict first, then the evidence.
#pragma once

#include <span>
#include <string>

#include "bench/measure/text_table.hpp"
#include "bench/questions/question.hpp"

namespace loopsteal::questions {

/// Information in addition to the answer itself.
struct Circumstances {
  std::string made_by;       ///< Seed, effort, machine.
  std::string figures_from;  ///< The file with the data of the figures; "": none was kept.
};

[[nodiscard]] std::string render(const Question& question, const Answer& answer,
                                 const Circumstances& circumstances, TableStyle style, bool colour);

/// The list that `ask` prints without a question.
[[nodiscard]] std::string render_list(std::span<const Question* const> questions, TableStyle style,
                                      bool colour);

}  // namespace loopsteal::questions
