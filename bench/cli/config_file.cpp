#include "bench/cli/config_file.hpp"

#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "bench/cli/exit_status.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

[[noreturn]] void fail(const std::string& name, const toml::source_position& where,
                       std::string_view what) {
  throw UsageError(fmt::format("{}:{}:{}: {}", name, where.line, where.column, what));
}

// A TOML value as the text that a flag would have had.
std::string text_of(const toml::node& node, std::string_view key, const std::string& name) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "on" : "off";
  fail(name, node.source().begin,
       fmt::format("\"{}\" takes a string, a whole number or a boolean, not this.", key));
}

std::vector<std::string> texts_of(const toml::node& node, std::string_view key,
                                  const std::string& name) {
  if (const auto* text = node.as_string()) return {text->get()};
  std::vector<std::string> texts;
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array) {
      const auto* text = element.as_string();
      if (text == nullptr) fail(name, element.source().begin, "A string is expected here.");
      texts.push_back(text->get());
    }
    return texts;
  }
  fail(name, node.source().begin,
       fmt::format("\"{}\" takes a string or an array of strings.", key));
}

bool apply_list(Settings& settings, std::string_view key, const toml::node& node,
                const std::string& name) {
  for (const ListSetting& list : list_settings()) {
    if (list.name != key) continue;
    settings.*list.field = texts_of(node, key, name);
    return true;
  }
  return false;
}

bool apply_knob(Settings& settings, std::string_view key, const toml::node& node,
                const std::string& name) {
  for (const Knob<Settings>& knob : setting_knobs()) {
    if (knob.name != key) continue;
    const std::string text = text_of(node, key, name);
    try {
      knob.set(settings, text);
    } catch (const SpecError& error) {
      fail(name, node.source().begin, fmt::format("{}: {}", key, error.what()));
    }
    return true;
  }
  return false;
}

std::string toml_string(const std::string& text) {
  std::ostringstream stream;
  stream << toml::value<std::string>(text);
  return stream.str();
}

std::string toml_value(const Knob<Settings>& knob, const Settings& settings) {
  const std::string text = knob.get(settings);
  if (is_switch(knob)) return text == "on" ? "true" : "false";
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  return takes_numbers(knob) && digits ? text : toml_string(text);
}

}  // namespace

void apply_config(Settings& settings, std::string_view text, const std::string& name) {
  toml::table table;
  try {
    table = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    fail(name, error.source().begin, fmt::format("{}.", error.description()));
  }
  for (const auto& [key, node] : table) {
    if (apply_list(settings, key.str(), node, name)) continue;
    if (apply_knob(settings, key.str(), node, name)) continue;
    fail(name, key.source().begin,
         fmt::format("There is no setting \"{}\".{}", key.str(),
                     did_you_mean(key.str(), setting_names())));
  }
}

void apply_config_file(Settings& settings, const std::string& path) {
  const TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw UsageError(fmt::format("Cannot read the config {}: {}.", path, file.error));
  apply_config(settings, file.text, path);
}

std::string print_config(const Settings& settings) {
  std::string text;
  for (const ListSetting& list : list_settings()) {
    text += fmt::format("# {} {}\n{} = [", list.help, list.values, list.name);
    const std::vector<std::string>& values = settings.*list.field;
    for (std::size_t i = 0; i < values.size(); ++i) {
      text += (i == 0 ? "" : ", ") + toml_string(values[i]);
    }
    text += "]\n";
  }
  for (const Knob<Settings>& knob : setting_knobs()) {
    text += fmt::format("# {} ({})\n{} = {}\n", knob.help, knob.values, knob.name,
                        toml_value(knob, settings));
  }
  return text;
}

}  // namespace loopsteal
