// What the tests of WorkStealing share: options from the text a user would write.
#pragma once
#include <string>
#include <string_view>

#include "sched/core/knobs.hpp"
#include "sched/core/spec.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal::testing {

using Stealing = Cranked<WorkStealing>;

/// The settings of a preset; "" if there is none of that name.
inline std::string settings_of(std::string_view preset) {
  for (const Preset& known : work_stealing_presets())
    if (known.name == preset) return std::string(known.settings);
  ADD_FAILURE() << "no preset " << preset;
  return {};
}

/// "key=value,key=value", of which the first may be "preset=NAME"; later settings win.
inline WorkStealingOptions options_of(std::string_view settings) {
  WorkStealingOptions options;
  const auto apply_text = [&](std::string_view text) {
    if (text.empty()) return;
    apply(options, work_stealing_knobs(), parse_spec("work_stealing:" + std::string(text)));
  };
  constexpr std::string_view kPreset = "preset=";
  if (settings.substr(0, kPreset.size()) == kPreset) {
    const std::size_t end = settings.find(',');
    apply_text(settings_of(settings.substr(kPreset.size(), end - kPreset.size())));
    settings = end == std::string_view::npos ? "" : settings.substr(end + 1);
  }
  apply_text(settings);
  return options;
}

}  // namespace loopsteal::testing
