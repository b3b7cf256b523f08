// Names of schedulers and workloads on a command line, in a file and in a result: "name" or
// "name:key=value,key=value".
//
// All use one grammar, so the name in a result can be pasted back and run again. A value may
// contain '=' and ':' but never ','. Spaces around names, keys and values are dropped.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loopsteal {

/// A name and its settings, in the order in which they were written.
struct Spec {
  std::string name;
  std::vector<std::pair<std::string, std::string>> settings;

  friend bool operator==(const Spec&, const Spec&) = default;
};

/// The user's text is not valid. The message is whole sentences: what is wrong, where, and how to
/// fix it. It ends in no newline and can be shown as it is.
class SpecError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Reads "name:key=value,key=value". Any thread. Throws SpecError for an empty name, a name or key
/// with other characters than letters, digits, '_', '-' and '.', a setting without '=' or without a
/// value, and a key given twice. The caller checks whether name and keys exist.
Spec parse_spec(std::string_view text);

/// Writes a Spec as parse_spec reads it: parse_spec(to_string(spec)) == spec.
std::string to_string(const Spec& spec);

/// The entry of `known` that `word` probably means, or "" if none is near. Near means: at most a
/// third of the longer word's letters differ (an exchange of two neighbours counts as one), or one
/// begins with the other and at least three letters agree. The first of equals wins.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

/// " Did you mean \"x\"?" or, if nothing is near, " Known: a, b, c." Every message about an unknown
/// name ends with it.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace loopsteal
