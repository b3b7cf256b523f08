#include "bench/cli/program.hpp"

#include <cstdlib>

#include "bench/cli/command_line.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/program_start.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

const char* environment(const char* name) { return std::getenv(name); }

int complain(std::string_view what, int status) {
  tell("{}", what);
  return status;
}

}  // namespace

int run_program(std::span<const std::string> words, const WorkloadCatalog& workloads) {
  start_program();
  try {
    const std::vector<std::string> arguments(words.begin() + (words.empty() ? 0 : 1), words.end());
    const std::unique_ptr<ParsedCommand> command = parse_command_line(arguments, &environment);
    const std::vector<std::string_view> views(words.begin(), words.end());
    return command->run({.executable = words.empty() ? "loopsteal" : words.front(),
                         .command_line = shell_line(views),
                         .workloads = workloads});
  } catch (const UsageError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const SpecError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const OutputError& error) {
    // The reader that closed the pipe has read all it wanted.
    return error.closed() ? static_cast<int>(kExitEnvironment)
                          : complain(error.what(), kExitEnvironment);
  } catch (const ResultsError& error) {
    return complain(error.what(), kExitEnvironment);
  } catch (const std::exception& error) {
    return complain(sentence_of(error), kExitEnvironment);
  }
}

}  // namespace loopsteal
