// The settings in a TOML file, and the settings as one.
#pragma once

#include <string>
#include <string_view>

#include "bench/cli/settings.hpp"

namespace loopsteal {

/// Sets what `text` says. Keys are the names of the settings; the lists take a string or an array
/// of strings. Throws UsageError "NAME:LINE:COLUMN: …" for what is no TOML, an unknown key (with
/// the nearest known one), a value of the wrong kind, and one that is not allowed.
void apply_config(Settings& settings, std::string_view text, const std::string& name);

/// Reads the file and applies it. Throws UsageError also when it cannot be read.
void apply_config_file(Settings& settings, const std::string& path);

/// The settings as TOML that apply_config reads back to the same: all of them, each under a comment
/// that says what it is and what is allowed.
std::string print_config(const Settings& settings);

}  // namespace loopsteal
