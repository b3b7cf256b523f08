// The way a scheduler or a workload is named on a command line, in a file and in a result:
// "name" or "name:key=value,key=value".
//
// One grammar for all of them, so that what a result is called can be pasted back and run again. A
// value may hold '=' and ':' but never ','. Spaces around names, keys and values are dropped.
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

/// What the user wrote cannot be taken. The message is whole sentences: what is wrong, where, and
/// how to mend it. It ends in no newline and is meant to be shown as it is.
class SpecError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Reads "name:key=value,key=value". Any thread; throws SpecError for an empty name, a name or key
/// with other characters than letters, digits, '_', '-' and '.', a setting without '=' or without
/// a value, and a key given twice. Whether name and keys mean anything is for the caller to say.
Spec parse_spec(std::string_view text);

/// Writes a Spec as parse_spec reads it: parse_spec(to_string(spec)) == spec.
std::string to_string(const Spec& spec);

/// The one of `known` that was probably meant by `word`, or "" when none is near. Near is: at most
/// a third of the longer word's letters differ (an exchange of two neighbours counts as one), or
/// one begins with the other and at least three letters agree. Among equals the first wins.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

/// " Did you mean \"x\"?" or, when nothing is near, " Known: a, b, c." The tail of every message
/// about an unknown name, so that they all read alike.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace loopsteal
