// An option of a command that goes straight into a field of its struct.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace loopsteal {

/// `names` as CLI11 has them, "-o,--output"; `values` as --help and completion show them.
template <class Value>
CLI::Option* add_value(CLI::App& command, const std::string& names, Value& value,
                       const std::string& values, const std::string& help) {
  return command.add_option(names, value, help)->type_name(values)->capture_default_str();
}

}  // namespace loopsteal
