// Whole command lines, made up from the input (commands.hpp), run in a child.
#include "tests/fuzz/child.hpp"
#include "tests/fuzz/commands.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const std::vector<std::string> arguments = arguments_from(input);
  const Ended ended = run_in_child(arguments);
  const auto wrong = wrong_end(ended, arguments);
  if (!wrong) return;
  fail(pasted(arguments) + ": " + *wrong + "\n" + ended.errors);
}

const Target target("command_line", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
