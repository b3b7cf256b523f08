#include "bench/google/benchmark_program.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <benchmark/benchmark.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/plan.hpp"
#include "bench/google/suite.hpp"
#include "bench/measure/manifest.hpp"

namespace loopsteal {
namespace {

constexpr const char* kDescription =
    "Measures every scheduler on every workload as benchmarks of Google Benchmark,\n"
    "and single operations as benchmarks under micro/. The time is the makespan of a\n"
    "run, from the first step of its root task to its end.";

constexpr const char* kNotes =
    "Iterations of one benchmark take the seeds SEED, SEED + 1, ...; counters are their means.\n"
    "Flags of Google Benchmark:\n";

/// Our flags, and what is left of the command line for Google Benchmark.
struct CommandLine {
  Settings settings;
  std::string size = "small";
  bool help = false;
  std::vector<std::string> rest;
};

void declare(CLI::App& app, CommandLine& line) {
  Settings& settings = line.settings;
  app.set_help_flag();  // Ours goes on with Google Benchmark's.
  app.add_flag("-h,--help", line.help, "Prints this and exits.");
  app.add_option("--scheduler", settings.schedulers,
                 "NAME[:key=value,...]; may be given again. Default: all.");
  app.add_option("--workload", settings.workloads,
                 "NAME[:key=value,...]; may be given again. Default: the standard ones.");
  app.add_option("--workers", settings.workers, "Default: as many as the machine carries.");
  app.add_option("--seed", settings.seed, "Of the first iteration. Default: 1.");
  app.add_option("--size", line.size, "Default: small.")->check(CLI::IsMember({"small", "full"}));
  app.add_flag("--oversubscribe", settings.oversubscribe, "Allows more workers than CPUs.");
  for (CLI::Option* const option : app.get_options())
    if (option->get_items_expected_max() > 1) option->expected(1)->take_all();
  app.allow_extras();
}

/// Throws CLI::ParseError.
CommandLine parse(int argc, char** argv, CLI::App& app) {
  CommandLine line;
  declare(app, line);
  app.parse(argc, argv);
  line.settings.size = line.size == "full" ? Size::full : Size::small;
  line.rest = app.remaining();
  return line;
}

/// Google Benchmark says the rest itself.
void add_context(const Json& context) {
  constexpr std::array<std::string_view, 9> kItsOwn = {
      "date",   "host_name", "executable",        "num_cpus", "mhz_per_cpu", "cpu_scaling_enabled",
      "caches", "load_avg",  "library_build_type"};
  for (const auto& [key, value] : context.items()) {
    if (std::ranges::find(kItsOwn, key) != kItsOwn.end()) continue;
    benchmark::AddCustomContext(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

/// Takes its flags; false if something is left that is nobody's.
bool initialize_google(const char* program, std::vector<std::string> words) {
  std::vector<char*> pointers{const_cast<char*>(program)};
  for (std::string& word : words) pointers.push_back(word.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

int usage_error(const std::string& message) {
  std::cerr << "loopsteal_bench: " << message << "\nSee loopsteal_bench --help.\n";
  return kExitUsage;
}

std::string command_of(int argc, char** argv) {
  const std::vector<std::string_view> words(argv, argv + argc);
  return shell_line(words);
}

int measure_all(const Plan& plan, const WorkloadCatalog& workloads) {
  add_context(plan.context);
  Suite suite(workloads);
  for (const Point& point : plan.points) suite.add(point);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return suite.failed() ? kExitNegative : kExitOk;
}

}  // namespace

int run_benchmark_program(int argc, char** argv, const WorkloadCatalog& workloads) {
  CLI::App app(kDescription, "loopsteal_bench");
  try {
    const CommandLine line = parse(argc, argv, app);
    if (line.help) {
      std::cout << app.help() << '\n' << kNotes << std::flush;
      benchmark::PrintDefaultHelp();
      return kExitOk;
    }
    const Plan plan = make_plan(
        line.settings, Purpose::run, workloads, read_host_facts(),
        {.executable = argv[0], .command = command_of(argc, argv), .seed = line.settings.seed});
    if (!initialize_google(argv[0], line.rest)) return kExitUsage;
    return measure_all(plan, workloads);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  } catch (const UsageError& error) {
    return usage_error(error.what());
  } catch (const SpecError& error) {
    return usage_error(error.what());
  }
}

}  // namespace loopsteal
