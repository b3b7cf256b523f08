#include "bench/cli/options.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/exit_status.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 3> kFormats = {"table", "md", "json"};
constexpr std::uint32_t kThreadsMax = 1'024;  // As `run` has it.

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

template <class Value>
void add_value(CLI::App& app, const std::string& names, Value& value, const std::string& values,
               const std::string& help) {
  app.add_option(names, value, help)->type_name(values)->capture_default_str();
}
template void add_value(CLI::App&, const std::string&, std::string&, const std::string&,
                        const std::string&);
template void add_value(CLI::App&, const std::string&, std::uint32_t&, const std::string&,
                        const std::string&);
template void add_value(CLI::App&, const std::string&, std::uint64_t&, const std::string&,
                        const std::string&);

void add_flag(CLI::App& app, const std::string& names, bool& given, const std::string& help) {
  app.add_flag(names, given, help);
}

template <class Value>
void add_argument(CLI::App& app, const std::string& name, Value& value, const std::string& values,
                  const std::string& help, Presence presence) {
  app.add_option(name, value, help)->type_name(values)->required(presence == Presence::required);
}
template void add_argument(CLI::App&, const std::string&, std::string&, const std::string&,
                           const std::string&, Presence);
template void add_argument(CLI::App&, const std::string&, std::vector<std::string>&,
                           const std::string&, const std::string&, Presence);

CLI::Option* add_list(CLI::App& app, const std::string& names, std::vector<std::string>& list,
                      const std::string& values, const std::string& help) {
  CLI::Option* const option = app.add_option(names, list, help)->type_name(values);
  option->allow_extra_args(false)->expected(1);
  return option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_progress(CLI::App& app, std::string& value, const std::string& help) {
  add_value(app, "--progress", value, "auto|none|line|json", help);
}

ProgressMode progress_mode(std::string_view value) {
  for (const Knob<Settings>& knob : setting_knobs()) {
    if (knob.name != "progress") continue;
    Settings settings;
    try {
      knob.set(settings, value);
    } catch (const SpecError& error) {
      throw UsageError(fmt::format("--progress: {}", error.what()));
    }
    return settings.progress;
  }
  return ProgressMode::automatic;
}

void check_threads(std::uint32_t threads) {
  if (threads <= kThreadsMax) return;
  throw UsageError(
      fmt::format("--threads: {} is out of range: 1..{} is allowed.", threads, kThreadsMax));
}

unsigned threads_or_cpus(std::uint32_t threads) {
  return threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
}

void DocumentOptions::add_to(CLI::App& app) {
  add_value(app, "--format", format, "table|md|json", "How it is printed.");
  add_value(app, "-o,--output", output, "FILE", "File for what would go to standard output.");
}

void DocumentOptions::check(std::string_view document) const {
  if (std::ranges::find(kFormats, format) != kFormats.end()) return;
  throw UsageError(fmt::format("There is no format \"{}\" of {}.{}", format, document,
                               did_you_mean(format, kFormats)));
}

TableStyle DocumentOptions::style() const {
  return format == "md" ? TableStyle::markdown : TableStyle::text;
}

bool DocumentOptions::colour() const {
  return format == "table" && output == "-" && wants_colour(ColourMode::automatic, STDOUT_FILENO);
}

bool wants_colour(ColourMode mode, int descriptor) {
  if (mode != ColourMode::automatic) return mode == ColourMode::always;
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR")) return true;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return !dumb && isatty(descriptor) == 1;
}

}  // namespace loopsteal
