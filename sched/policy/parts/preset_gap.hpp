// What a preset is known to lack of the original whose name it carries.
#pragma once
#include <string_view>

namespace loopsteal {

struct PresetGap {
  std::string_view preset;
  std::string_view lacks;  ///< Sentences, for people.
};

}  // namespace loopsteal
