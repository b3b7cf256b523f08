// What the tests of stealing policies share: options from the text a user would write.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"
#include "sched/policy/random_stealing/policy.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal::testing {

using Stealing = Cranked<WorkStealing>;
using RandomPool = Cranked<RandomStealing>;

/// The settings of a preset; "" if there is none of that name.
inline std::string settings_of(std::string_view preset,
                               std::span<const Preset> presets = work_stealing_presets()) {
  for (const Preset& known : presets)
    if (known.name == preset) return std::string(known.settings);
  ADD_FAILURE() << "no preset " << preset;
  return {};
}

/// "key=value,key=value", of which the first may be "preset=NAME"; later settings win.
template <class Options>
Options options_from(std::string_view settings, std::span<const Knob<Options>> knobs,
                     std::span<const Preset> presets) {
  Options options;
  const auto apply_text = [&](std::string_view text) {
    if (!text.empty()) apply(options, knobs, parse_spec("scheduler:" + std::string(text)));
  };
  constexpr std::string_view kPreset = "preset=";
  if (settings.substr(0, kPreset.size()) == kPreset) {
    const std::size_t end = settings.find(',');
    apply_text(settings_of(settings.substr(kPreset.size(), end - kPreset.size()), presets));
    settings = end == std::string_view::npos ? "" : settings.substr(end + 1);
  }
  apply_text(settings);
  return options;
}

inline WorkStealingOptions options_of(std::string_view settings) {
  return options_from(settings, work_stealing_knobs(), work_stealing_presets());
}

inline RandomStealingOptions random_options_of(std::string_view settings) {
  return options_from(settings, random_stealing_knobs(), random_stealing_presets());
}

}  // namespace loopsteal::testing
