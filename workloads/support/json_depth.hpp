// Limit of nesting of a JSON text: code that walks through lists and objects recurses at each
// level, and a text of brackets would use up its stack.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loopsteal {

/// Our choice; files that people and programs write for us have 5 to 40 levels.
inline constexpr std::size_t kDeepestJson = 400;

/// Message with the line and column of the first bracket that is too deep; empty if none is.
/// Brackets in strings do not count. The text need not be JSON otherwise.
[[nodiscard]] std::string too_deep(std::string_view json);

}  // namespace loopsteal
