// Options that several commands have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cli/settings.hpp"
#include "bench/measure/text_table.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace loopsteal {

enum class Presence { optional, required };

/// An option that goes into `value`, a std::string, std::uint32_t or std::uint64_t. `names` as
/// CLI11 has them, "-o,--output"; `values` as --help and completion show them.
template <class Value>
void add_value(CLI::App& app, const std::string& names, Value& value, const std::string& values,
               const std::string& help);

/// An option without a value.
void add_flag(CLI::App& app, const std::string& names, bool& given, const std::string& help);

/// An option that may be given several times, with one value each.
CLI::Option* add_list(CLI::App& app, const std::string& names, std::vector<std::string>& list,
                      const std::string& values, const std::string& help);

/// A positional argument, a std::string, or several, a vector of them.
template <class Value>
void add_argument(CLI::App& app, const std::string& name, Value& value, const std::string& values,
                  const std::string& help, Presence presence = Presence::optional);

/// --progress.
void add_progress(CLI::App& app, std::string& value,
                  const std::string& help = "How far it is, on standard error.");
/// Of "auto", "none", "line" or "json". Throws UsageError for another value.
ProgressMode progress_mode(std::string_view value);

/// Throws UsageError if --threads asks for more than 1024.
void check_threads(std::uint32_t threads);
/// `threads`, or one for each CPU if it is 0.
unsigned threads_or_cpus(std::uint32_t threads);

/// --format and --output of a command that prints one document.
struct DocumentOptions {
  std::string format = "table";
  std::string output = "-";

  void add_to(CLI::App& app);
  /// Throws UsageError for an unknown format. `document` is "an answer".
  void check(std::string_view document) const;
  [[nodiscard]] bool is_json() const { return format == "json"; }
  [[nodiscard]] TableStyle style() const;
  [[nodiscard]] bool colour() const;
};

/// Whether to colour standard output (or standard error): the mode, and for `automatic` NO_COLOR,
/// CLICOLOR_FORCE, FORCE_COLOR, TERM and whether it is a terminal.
bool wants_colour(ColourMode mode, int descriptor);

}  // namespace loopsteal
