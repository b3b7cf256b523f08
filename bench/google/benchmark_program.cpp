#include "bench/google/benchmark_program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/plan.hpp"
#include "bench/google/results_reporter.hpp"
#include "bench/google/suite.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/program_start.hpp"
#include "bench/measure/standard_streams.hpp"

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

/// A string flag of Google Benchmark: the last --NAME=VALUE, which is taken off `words`, or the
/// environment variable that Google Benchmark reads for it.
std::string take_flag(std::vector<std::string>& words, std::string_view name,
                      const char* variable) {
  const char* const from_environment = std::getenv(variable);
  std::string value = from_environment != nullptr ? from_environment : "";
  const std::string start = fmt::format("--{}=", name);
  std::erase_if(words, [&](const std::string& word) {
    if (!word.starts_with(start)) return false;
    value = word.substr(start.size());
    return true;
  });
  return value;
}

/// Takes Google Benchmark's flags; false if a word is left that nobody knows.
bool initialize_google(const char* program, std::vector<std::string> words) {
  std::vector<char*> pointers{const_cast<char*>(program)};
  for (std::string& word : words) pointers.push_back(word.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

int complain(const std::string& message, int status) {
  write_to_stderr("loopsteal_bench: " + message + "\n");
  if (status == kExitUsage) write_to_stderr("See loopsteal_bench --help.\n");
  return status;
}

std::string command_of(int argc, char** argv) {
  const std::vector<std::string_view> words(argv, argv + argc);
  return shell_line(words);
}

/// Where results go. Without a file or a machine's format on standard output, Google Benchmark's
/// own table does.
struct Reporters {
  std::unique_ptr<ResultsReporter> display;
  std::unique_ptr<ResultsReporter> file;

  void close_now() const noexcept {
    for (const auto& reporter : {std::cref(display), std::cref(file)})
      if (reporter.get()) reporter.get()->close_now();
  }
  /// Throws OutputError.
  void check() const {
    for (const auto& reporter : {std::cref(display), std::cref(file)})
      if (reporter.get() && reporter.get()->failure()) throw *reporter.get()->failure();
    std::cout.flush();
    if (std::fflush(stdout) != 0 || !std::cout)
      throw OutputError("Cannot write to standard output: the disk is full or it is closed.",
                        false);
  }
};

void check_format(std::string_view flag, std::string_view format) {
  if (format.empty() || format == "json" || format == "csv" || format == "console") return;
  throw UsageError(fmt::format("--{}={}: a format is json, csv or console.", flag, format));
}

/// Takes the flags that say where results go off `words`. Throws UsageError and OutputError.
Reporters make_reporters(std::vector<std::string>& words) {
  Reporters reporters;
  const std::string format = take_flag(words, "benchmark_format", "BENCHMARK_FORMAT");
  check_format("benchmark_format", format);
  if (format == "json" || format == "csv") {
    reporters.display =
        std::make_unique<ResultsReporter>(make_google_reporter(format), standard_output());
  }
  const std::string path = take_flag(words, "benchmark_out", "BENCHMARK_OUT");
  if (path.empty()) return reporters;
  const std::string file_format = take_flag(words, "benchmark_out_format", "BENCHMARK_OUT_FORMAT");
  check_format("benchmark_out_format", file_format);
  reporters.file = std::make_unique<ResultsReporter>(
      make_google_reporter(file_format.empty() ? "json" : file_format), open_output(path));
  // Without a file of its own Google Benchmark takes no reporter for one.
  words.emplace_back("--benchmark_out=/dev/null");
  if (!file_format.empty()) words.push_back("--benchmark_out_format=" + file_format);
  return reporters;
}

int measure_all(const Plan& plan, const WorkloadCatalog& workloads, const Reporters& reporters) {
  Interruption interruption([&] { reporters.close_now(); });
  const LastResort last_resort([&](const std::string&) { reporters.close_now(); });
  add_context(plan.context);
  Suite suite(workloads, interruption);
  for (const Point& point : plan.points) suite.add(point);
  benchmark::RunSpecifiedBenchmarks(reporters.display.get(), reporters.file.get());
  benchmark::Shutdown();
  reporters.check();
  if (interruption.requested()) return interruption.exit_status();
  return suite.failed() ? kExitNegative : kExitOk;
}

/// Throws CLI::ParseError, UsageError, SpecError, OutputError.
int measure(int argc, char** argv, CommandLine line, const WorkloadCatalog& workloads) {
  const Plan plan = make_plan(
      line.settings, Purpose::run, workloads, read_host_facts(),
      {.executable = argv[0], .command = command_of(argc, argv), .seed = line.settings.seed});
  const Reporters reporters = make_reporters(line.rest);
  if (!initialize_google(argv[0], line.rest)) return kExitUsage;
  return measure_all(plan, workloads, reporters);
}

}  // namespace

int run_benchmark_program(int argc, char** argv, const WorkloadCatalog& workloads) {
  start_program();
  CLI::App app(kDescription, "loopsteal_bench");
  try {
    CommandLine line = parse(argc, argv, app);
    if (line.help) {
      std::cout << app.help() << '\n' << kNotes << std::flush;
      benchmark::PrintDefaultHelp();
      return kExitOk;
    }
    return measure(argc, argv, std::move(line), workloads);
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const UsageError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const SpecError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const std::exception& error) {
    return complain(sentence_of(error), kExitEnvironment);
  }
}

}  // namespace loopsteal
