// Command lines, read and not run: an argument a line.
#include "bench/cli/command_line.hpp"
#include "bench/cli/exit_status.hpp"
#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  std::vector<std::string> arguments;
  for (std::string_view rest = input; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    arguments.emplace_back(line);
  }
  const auto no_variable = [](const char*) -> const char* { return nullptr; };
  accepted<UsageError, SpecError>(
      input, [&] { static_cast<void>(parse_command_line(arguments, no_variable)); });
}

const Target target("arguments", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
