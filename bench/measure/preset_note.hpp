// What a preset that carries an original's name is known to lack, as one sentence for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sched/core/config/spec.hpp"

namespace loopsteal {

/// The preset that `asked` names, a spec as the user wrote it; "" if it names none.
std::string preset_of(const Spec& asked);

/// None: nothing is known to be lacking, or there is no such preset.
std::optional<std::string> preset_note(std::string_view scheduler, std::string_view preset);

}  // namespace loopsteal
