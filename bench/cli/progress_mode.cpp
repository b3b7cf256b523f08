#include "bench/cli/progress_mode.hpp"

#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"

namespace loopsteal {

ProgressMode progress_mode(std::string_view word) {
  for (const Knob<Settings>& knob : setting_knobs()) {
    if (knob.name != "progress") continue;
    Settings settings;
    try {
      knob.set(settings, word);
    } catch (const SpecError& error) {
      throw UsageError(fmt::format("--progress: {}", error.what()));
    }
    return settings.progress;
  }
  return ProgressMode::automatic;
}

}  // namespace loopsteal
