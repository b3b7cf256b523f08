#include "bench/cli/program.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/command_line.hpp"
#include "bench/cli/completion.hpp"
#include "bench/cli/doctor.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/list_command.hpp"
#include "bench/cli/measure_commands.hpp"
#include "bench/cli/run_schema.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/program_start.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

const char* environment(const char* name) { return std::getenv(name); }

int print(const std::string& text) {
  standard_output()->write(text);
  return kExitOk;
}

int doctor(const DoctorCommand& command) {
  const std::vector<Diagnosis> diagnoses =
      diagnose(read_host_facts(), probe_handovers(), build_type(), build_is_for_measuring());
  print(render(diagnoses, command.json, wants_colour(ColourMode::automatic, STDOUT_FILENO)));
  return spoils_something(diagnoses) ? kExitNegative : kExitOk;
}

/// Does what each kind of command asks.
struct Dispatch {
  std::span<const std::string> words;
  const WorkloadCatalog& workloads;

  [[nodiscard]] std::string line() const {
    const std::vector<std::string_view> views(words.begin(), words.end());
    return shell_line(views);
  }

  int operator()(const MeasureCommand& command) const {
    return measure_command(command, workloads, words.empty() ? "loopsteal" : words.front(), line());
  }
  int operator()(const ListCommand& command) const {
    return print(list(command.topic, command.of, command.json,
                      wants_colour(ColourMode::automatic, STDOUT_FILENO), workloads));
  }
  int operator()(const DoctorCommand& command) const { return doctor(command); }
  int operator()(const SchemaCommand&) const { return print(std::string(kRunSchema)); }
  int operator()(const CompletionCommand& command) const {
    return print(completion_script(command.shell, workloads));
  }
  int operator()(const CalibrateCommand& command) const {
    return calibrate_command(command, workloads, line());
  }
  int operator()(const ValidateCommand& command) const {
    return validate_command(command, workloads, line());
  }
  int operator()(const SweepCommand& command) const {
    return sweep_command(command, workloads, words.empty() ? "loopsteal" : words.front(), line());
  }
  int operator()(const ScriptCommand& command) const { return script_command(command); }
  int operator()(const AdviseCommand& command) const {
    return advise_command(command, workloads, line());
  }
  int operator()(const ReportCommand& command) const { return report_command(command, line()); }
  int operator()(const AskCommand& command) const { return ask_command(command, line()); }
  int operator()(const TextCommand& command) const { return print(command.text); }
};

int complain(std::string_view what, int status) {
  tell("{}", what);
  return status;
}

}  // namespace

int run_program(std::span<const std::string> words, const WorkloadCatalog& workloads) {
  start_program();
  try {
    const std::vector<std::string> arguments(words.begin() + (words.empty() ? 0 : 1), words.end());
    return std::visit(Dispatch{words, workloads}, parse_command_line(arguments, &environment));
  } catch (const UsageError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const SpecError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const OutputError& error) {
    // Whoever closed the pipe has read all he wanted.
    return error.closed() ? static_cast<int>(kExitEnvironment)
                          : complain(error.what(), kExitEnvironment);
  } catch (const ResultsError& error) {
    return complain(error.what(), kExitEnvironment);
  } catch (const std::exception& error) {
    return complain(sentence_of(error), kExitEnvironment);
  }
}

}  // namespace loopsteal
