// JSON whose fields stay in the order in which they were set, so that a results file reads from
// what a row is to what it counted. Numbers that JSON cannot write are left out.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace loopsteal {

using Json = nlohmann::ordered_json;

/// Sets object[name] = value, unless it is infinite or not a number: then there is no such field.
inline void set_finite(Json& object, std::string_view name, double value) {
  if (std::isfinite(value)) object[std::string(name)] = value;
}

/// One line, without a newline. What is not UTF-8 (a host name, a command) is replaced, not thrown.
inline std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace loopsteal
