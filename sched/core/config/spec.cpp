#include "sched/core/config/spec.hpp"

#include <algorithm>
#include <cstddef>

namespace loopsteal {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  result.append(text);
  result.push_back('"');
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// Locale-free, unlike std::isalnum: a spec has the same meaning everywhere.
bool is_word_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_' || character == '-' ||
         character == '.';
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_word_character);
}

std::pair<std::string, std::string> parse_setting(std::string_view setting,
                                                  std::string_view whole) {
  const std::size_t equals = setting.find('=');
  if (trimmed(setting).empty()) {
    throw SpecError("A setting is missing in " + quoted(whole) +
                    ". After ':' come settings as key=value, with ',' between them.");
  }
  if (equals == std::string_view::npos) {
    throw SpecError(quoted(trimmed(setting)) + " in " + quoted(whole) +
                    " is not a setting. Write it as key=value.");
  }
  const std::string_view key = trimmed(setting.substr(0, equals));
  const std::string_view value = trimmed(setting.substr(equals + 1));
  if (!is_word(key)) {
    throw SpecError(quoted(key) + " in " + quoted(whole) +
                    " cannot be the key of a setting. Keys are made of letters, digits, '_', '-' "
                    "and '.'.");
  }
  if (value.empty()) {
    throw SpecError("The setting " + quoted(key) + " in " + quoted(whole) +
                    " has no value. Write it as " + std::string(key) + "=value.");
  }
  return {std::string(key), std::string(value)};
}

void add_setting(Spec& spec, std::string_view setting, std::string_view whole) {
  auto parsed = parse_setting(setting, whole);
  const bool given = std::ranges::any_of(
      spec.settings, [&](const auto& earlier) { return earlier.first == parsed.first; });
  if (given) {
    throw SpecError("The setting " + quoted(parsed.first) + " is given twice in " + quoted(whole) +
                    ". Leave one of them out.");
  }
  spec.settings.push_back(std::move(parsed));
}

// Optimal string alignment: insert, delete, replace, or exchange two neighbours, each counted once.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> current(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replace});
      const bool exchanged = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (exchanged) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(current);
  }
  return last[to.size()];
}

bool begins_like(std::string_view word, std::string_view known) {
  constexpr std::size_t kLettersThatTell = 3;  // With fewer, "s" would be near to everything.
  const std::size_t shorter = std::min(word.size(), known.size());
  return shorter >= kLettersThatTell && word.substr(0, shorter) == known.substr(0, shorter);
}

}  // namespace

Spec parse_spec(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  if (name.empty()) {
    throw SpecError("There is no name in " + quoted(text) +
                    ". Write name or name:key=value,key=value.");
  }
  if (!is_word(name)) {
    throw SpecError(quoted(name) + " in " + quoted(text) +
                    " cannot be a name. Names are made of letters, digits, '_', '-' and '.'; "
                    "settings follow a ':'.");
  }
  Spec spec{std::string(name), {}};
  if (colon == std::string_view::npos) return spec;
  std::string_view rest = text.substr(colon + 1);
  for (std::size_t comma = rest.find(','); comma != std::string_view::npos;
       comma = rest.find(',')) {
    add_setting(spec, rest.substr(0, comma), text);
    rest.remove_prefix(comma + 1);
  }
  add_setting(spec, rest, text);
  return spec;
}

std::string to_string(const Spec& spec) {
  std::string text = spec.name;
  char separator = ':';
  for (const auto& [key, value] : spec.settings) {
    text.push_back(separator);
    text += key;
    text.push_back('=');
    text += value;
    separator = ',';
  }
  return text;
}

std::string nearest(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t best_distance = 0;
  for (const std::string_view candidate : known) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t distance = edit_distance(word, candidate);
    const bool near = distance * 3 <= longer || begins_like(word, candidate);
    if (!near || (!best.empty() && distance >= best_distance)) continue;
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string near = nearest(word, known);
  if (!near.empty()) return " Did you mean " + quoted(near) + "?";
  if (known.empty()) return " There is nothing to set here.";
  std::string list = " Known: ";
  for (const std::string_view name : known) {
    list.append(name);
    list += ", ";
  }
  list.replace(list.size() - 2, 2, ".");
  return list;
}

}  // namespace loopsteal
