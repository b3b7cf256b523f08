// Settings in environment variables: lines NAME=VALUE.
#include <map>

#include "bench/cli/config_file.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/measure/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

std::map<std::string, std::string> variables;

const char* variable(const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? nullptr : found->second.c_str();
}

void fuzz_one(std::string_view input) {
  variables.clear();
  std::string_view rest = input;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    variables["LOOPSTEAL_" + std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  Settings settings;
  if (!accepted<UsageError>(input, [&] { apply_environment(settings, variable); })) return;
  // TOML is UTF-8, so other bytes cannot be printed and read back. JSON replaces them.
  if (to_line(Json(std::string(input))).find("\uFFFD") != std::string::npos) return;
  const std::string printed = print_config(settings);
  Settings again;
  apply_config(again, printed, "printed.toml");
  expect(print_config(again) == printed, "printed settings read as other ones");
}

const Target target("environment", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
