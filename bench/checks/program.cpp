#include "bench/checks/program.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "bench/checks/campaign.hpp"
#include "bench/checks/report.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/program_start.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal::checks {
namespace {

struct Arguments {
  CheckOptions campaign;
  std::string only;
  bool quick = false;
  bool list = false;
  std::string format = "table";
  std::string output = "-";
  std::string raw;
};

// What is asked for, or the text of --help.
std::optional<Arguments> parse(std::span<const std::string> words, std::string& help) {
  CLI::App app{"Runs what has a known answer in virtual time, and compares.", "loopsteal_checks"};
  Arguments arguments;
  CheckOptions& campaign = arguments.campaign;
  campaign.threads = std::max(1u, std::thread::hardware_concurrency());
  campaign.bench.examples = "workloads/examples";
  app.add_option("--only", arguments.only, "Some checks, such as G1,G5.")->type_name("IDS");
  app.add_flag("--quick", arguments.quick, "The quick subset alone; with --scale 0.25: 20 s.");
  app.add_option("--scale", campaign.bench.scale,
                 "Share of the jobs; bands are as much wider as estimates are less well known.")
      ->type_name("0..1")
      ->default_str("1");
  app.add_option("--threads", campaign.threads, "Threads to run on; changes no estimate.")
      ->type_name("N");
  app.add_option("--seed", campaign.bench.seed, "Of all randomness.")
      ->type_name("N")
      ->default_str("1");
  app.add_option("--examples", campaign.bench.examples, "The folder of workloads/examples.")
      ->type_name("DIR")
      ->default_str(campaign.bench.examples);
  app.add_option("--format", arguments.format, "How to print the results.")
      ->check(CLI::IsMember({"table", "md", "json"}))
      ->default_str("table");
  app.add_option("-o,--output", arguments.output, "Where to, - for standard output.")
      ->type_name("FILE")
      ->default_str("-");
  app.add_option("--raw", arguments.raw, "Keep them as JSON, too.")->type_name("FILE");
  app.add_flag("--list", arguments.list, "Print which checks there are, and stop.");
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  if (!reversed.empty()) reversed.pop_back();  // The program's own name.
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    help = app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + ". See --help.");
  }
  return arguments;
}

void write(const std::string& path, const std::string& text) {
  const std::unique_ptr<Output> output = open_output(path);
  output->write(text);
  output->commit();
}

std::string rendered(std::span<const Outcome> outcomes, const Arguments& arguments,
                     const Json& context) {
  const double scale = arguments.campaign.bench.scale;
  if (arguments.format == "json") return to_json(outcomes, scale, context).dump(1) + "\n";
  if (arguments.format == "md") return render_page(outcomes, scale, context);
  return render_table(outcomes, scale, TableStyle::text,
                      arguments.output == "-" && isatty(STDOUT_FILENO) != 0);
}

std::vector<Check> checks_for(const Arguments& arguments) {
  std::vector<Check> checks = chosen(all_checks(), arguments.only);
  if (arguments.quick) std::erase_if(checks, [](const Check& check) { return !check.quick; });
  return checks;
}

int run(const Arguments& arguments, std::span<const std::string> words) {
  const std::vector<Check> checks = checks_for(arguments);
  if (arguments.list) {
    write("-", render_list(checks));
    return kExitOk;
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  const Json context = make_context({.executable = words.empty() ? "" : words.front(),
                                     .command = shell_line(views),
                                     .seed = arguments.campaign.bench.seed,
                                     .machine = "sim"},
                                    read_host_facts());
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const auto tell = [&](const Outcome& outcome) {
    if (terminal && outcome.status != Status::not_done)
      write_to_stderr(fmt::format("{} {}: {}\n", outcome.check.id, outcome.check.what,
                                  to_string(outcome.status)));
  };
  const std::vector<Outcome> outcomes = run_checks(checks, arguments.campaign, tell);
  if (!arguments.raw.empty())
    write(arguments.raw, to_json(outcomes, arguments.campaign.bench.scale, context).dump(1) + "\n");
  write(arguments.output, rendered(outcomes, arguments, context));
  return any_failed(outcomes) ? kExitNegative : kExitOk;
}

int complain(std::string_view what, int status) {
  write_to_stderr(fmt::format("loopsteal_checks: {}\n", what));
  return status;
}

}  // namespace

int run_program(std::span<const std::string> words) {
  start_program();
  try {
    std::string help;
    const std::optional<Arguments> arguments = parse(words, help);
    if (arguments) return run(*arguments, words);
    write("-", help);
    return kExitOk;
  } catch (const UsageError& error) {
    return complain(error.what(), kExitUsage);
  } catch (const OutputError& error) {
    return error.closed() ? static_cast<int>(kExitEnvironment)
                          : complain(error.what(), kExitEnvironment);
  } catch (const std::exception& error) {
    return complain(sentence_of(error), kExitEnvironment);
  }
}

}  // namespace loopsteal::checks
