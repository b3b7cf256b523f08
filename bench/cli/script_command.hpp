// `loopsteal script`: who runs when in a program of the user's own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loopsteal {

struct ScriptCommand {
  std::vector<std::string> files;  ///< "-": one program a line of standard input.
  std::string scheduler = "event_loop";
  std::string machine = "sim";
  std::string workers = "1";
  std::string costs = "zero";
  std::string words = "asyncio";
  std::string tick = "1ms";
  std::uint64_t seed = 1;
  std::string output = "-";
};

/// Runs each program on a scheduler of its own and writes its trace. Gives kExitUsage if one of
/// them does what no program may, which is told on standard error; the others are run all the same.
/// Throws SpecError, UsageError and OutputError.
int script_command(const ScriptCommand& command);

}  // namespace loopsteal
