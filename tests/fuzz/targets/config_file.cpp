// The TOML file of `--config`.
#include "bench/cli/config_file.hpp"

#include "bench/cli/exit_status.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  Settings settings;
  if (!accepted<UsageError>(input, [&] { apply_config(settings, input, "lab.toml"); })) return;
  const std::string printed = print_config(settings);
  Settings again;
  apply_config(again, printed, "printed.toml");
  expect(print_config(again) == printed, "printed settings read as other ones");
}

const Target target("config_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
