#include "bench/measure/preset_note.hpp"

#include <fmt/format.h>

#include "sched/catalog.hpp"

namespace loopsteal {

std::string preset_of(const Spec& asked) {
  for (const auto& [key, value] : asked.settings)
    if (key == "preset") return value;
  return {};
}

std::optional<std::string> preset_note(std::string_view scheduler, std::string_view preset) {
  const std::string lacks = preset_lacks(scheduler, preset);
  if (lacks.empty()) return std::nullopt;
  return fmt::format("{}:preset={} differs from its original. {}", scheduler, preset, lacks);
}

}  // namespace loopsteal
