// Command lines made up from bytes: mostly right ones that end at once, with something wrong in
// them.
//
// Commands, options and their words are the program's own (words_of_command_line()), the knobs
// those of its catalogs, so that new ones are tried without a change here. Runs are tiny: counts
// are small or out of range, and everything of any length is in virtual time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loopsteal::fuzz {

/// The arguments that `bytes` stand for. The same bytes give the same arguments.
[[nodiscard]] std::vector<std::string> arguments_from(std::string_view bytes);

}  // namespace loopsteal::fuzz
