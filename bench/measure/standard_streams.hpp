// Standard error for people, and what a program does about standard streams that are closed.
#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace loopsteal {

/// Writes the text to standard error. That it cannot be written (a full disk, a closed pipe) is
/// ignored: what is told there is no result. Any thread.
void write_to_stderr(std::string_view text) noexcept;

/// Tells people a line: "loopsteal: …". As write_to_stderr().
template <class... Arguments>
void tell(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  write_to_stderr("loopsteal: " + fmt::format(format, std::forward<Arguments>(arguments)...) +
                  "\n");
}

/// Puts /dev/null in the place of each standard stream that is closed, so that no file of ours gets
/// its number: reading from the input and writing to the output fail as if they were closed; what
/// is written to standard error vanishes. At the start of a program.
void fill_closed_standard_streams() noexcept;

}  // namespace loopsteal
