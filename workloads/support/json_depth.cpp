#include "workloads/support/json_depth.hpp"

namespace loopsteal {
namespace {

// Index of the quotation mark that ends the string which begins at `begin`.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
  for (std::size_t at = begin + 1; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at;
    }
  }
  return json.size();
}

}  // namespace

std::string too_deep(std::string_view json) {
  std::size_t depth = 0;
  std::size_t line = 1;
  std::size_t line_begin = 0;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char letter = json[at];
    if (letter == '\n') {
      ++line;
      line_begin = at + 1;
    } else if (letter == '"') {
      at = end_of_string(json, at);
    } else if (letter == '[' || letter == '{') {
      if (++depth <= kDeepestJson) continue;
      return "line " + std::to_string(line) + ", column " + std::to_string(at - line_begin + 1) +
             ": lists and objects may be nested " + std::to_string(kDeepestJson) +
             " deep, and this one is deeper.";
    } else if ((letter == ']' || letter == '}') && depth > 0) {
      --depth;
    }
  }
  return {};
}

}  // namespace loopsteal
