#include "bench/cli/measure_commands.hpp"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/config_file.hpp"
#include "bench/cli/doctor.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/plan.hpp"
#include "bench/measure/findings.hpp"
#include "bench/measure/preset_note.hpp"
#include "bench/measure/report_text.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

TableStyle style_of(const Settings& settings) {
  return settings.format == Format::md ? TableStyle::markdown : TableStyle::text;
}

bool colours_output(const Settings& settings) {
  const bool terminal = settings.output == "-";
  return style_of(settings) == TableStyle::text &&
         (terminal ? wants_colour(settings.color, STDOUT_FILENO)
                   : settings.color == ColourMode::always);
}

template <class Strings>
std::string paragraphs(const Strings& sentences, std::string_view bullet) {
  std::string text;
  for (const std::string& sentence : sentences) text += fmt::format("{}{}\n", bullet, sentence);
  return text;
}

// The findings of a comparison, and what a newcomer needs in order to read its table.
std::string explanation(const Report& report, bool small) {
  std::string text;
  const std::vector<std::string> said = findings(report);
  if (!said.empty()) text += "\nWhat it means\n" + paragraphs(said, "  ");
  if (report.compares()) {
    text += fmt::format(
        "\nbaseline: {}; ratios are against it. [low, high]: the 95 % interval of a ratio; of 100 "
        "such intervals 95 contain the true ratio. tie: the interval contains 1, so no difference "
        "was shown. exact: all repetitions are one and the same run, so there is no interval. "
        "balanced: work that comes evenly to all workers; imbalanced: work that does not. local: "
        "jobs that ran on the worker where they were made ready. stolen: jobs that an idle worker "
        "took from another one.\n",
        report.baseline);
  }
  std::vector<std::string> limits = caveats(report);
  if (small) {
    limits.emplace_back(
        "These are the small sizes, for a first look: --size full gives numbers to "
        "quote.");
  }
  return text + paragraphs(limits, "Note: ");
}

std::vector<std::string> workload_order(const std::vector<Point>& points) {
  std::vector<std::string> order;
  for (const Point& point : points) order.push_back(to_string(point.workload));
  return order;
}

std::vector<std::string> scheduler_order(const std::vector<Point>& points) {
  std::vector<std::string> order;
  for (const Point& point : points) order.push_back(to_string(point.scheduler));
  return order;
}

// Of a virtual machine: what is not in the table, but decided its numbers.
std::string machine_note(const Plan& plan) {
  if (plan.settings.machine != MachineKind::sim || plan.points.empty()) return {};
  const auto drawn = std::ranges::count_if(
      plan.points, [](const Point& point) { return point.shuffle_ties != 0; });
  std::string text = fmt::format("Virtual machine of {} CPU{}. ", plan.points.front().cpus,
                                 plan.points.front().cpus == 1 ? "" : "s");
  if (drawn == 0) return text + "Simultaneous events: in the order in which they were scheduled.\n";
  text += fmt::format("Simultaneous events: in an order drawn for {} of {} points", drawn,
                      plan.points.size());
  if (plan.settings.shuffle_ties != kTiesAuto) return text + ", as asked for.\n";
  return text + ", where workers that steal act at the same instants by construction.\n";
}

// Each preset that was asked for, once.
std::string preset_notes(std::span<const Row> rows) {
  std::string text;
  for (const Row& row : rows) {
    const auto note = preset_note(row.scheduler, row.preset);
    if (note && text.find(*note) == std::string::npos) text += fmt::format("Note: {}\n", *note);
  }
  return text;
}

std::string report_of(const Plan& plan, std::span<const Row> rows, bool compare) {
  const Settings& settings = plan.settings;
  const Report report = make_report(rows, workload_order(plan.points), scheduler_order(plan.points),
                                    plan.campaign.seed);
  std::string text = render(report, style_of(settings), colours_output(settings));
  if (compare) text += explanation(report, settings.size == Size::small);
  text += machine_note(plan) + preset_notes(rows);
  return text;
}

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// What will be done, and what on this machine speaks against it.
void announce(const Plan& plan, const HostFacts& host) {
  tell("{}, {}, {}, seed {}", plural(plan.points.size(), "point"),
       plural(plan.campaign.repetitions, "repetition"),
       plural(plan.points.empty() ? 0 : plan.points.front().workers, "worker"), plan.campaign.seed);
  for (const std::string& forecast : plan.forecasts) {
    tell("{}", forecast);
  }
  if (plan.settings.machine == MachineKind::sim) return;  // No noise reaches virtual time.
  std::string spoiling;
  for (const Diagnosis& diagnosis : diagnose(host, {}, build_type(), build_is_for_measuring())) {
    if (diagnosis.state != Diagnosis::State::spoils) continue;
    spoiling +=
        fmt::format("{}{} ({})", spoiling.empty() ? "" : ", ", diagnosis.what, diagnosis.finding);
  }
  if (spoiling.empty()) return;
  tell("These numbers are affected by: {}. See loopsteal doctor.", spoiling);
}

int compare_files(const MeasureCommand& command) {
  const Settings& settings = command.settings;
  if (settings.format != Format::table && settings.format != Format::md) {
    throw UsageError("Results that are there already can be shown as --format table or md only.");
  }
  std::vector<Row> rows;
  bool whole = true;
  for (const std::string& path : command.files) {
    Results results = read_results(path);
    if (!results.flaw.empty()) {
      whole = false;
      tell("{} {} whole rows were read.", results.flaw, results.rows.size());
    }
    std::ranges::move(results.rows, std::back_inserter(rows));
  }
  const Report report = make_report(rows, {}, {}, settings.seed);
  const std::unique_ptr<Output> output = open_output(settings.output);
  output->write(render(report, style_of(settings), colours_output(settings)) +
                explanation(report, false) + preset_notes(rows));
  output->commit();
  const int status = status_of_rows(rows);
  return status != kExitOk || whole ? status : kExitPartial;
}

}  // namespace

bool wants_colour(ColourMode mode, int descriptor) {
  if (mode != ColourMode::automatic) return mode == ColourMode::always;
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR")) return true;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return !dumb && isatty(descriptor) == 1;
}

int measure_command(const MeasureCommand& command, const WorkloadCatalog& workloads,
                    const std::string& executable, const std::string& command_line) {
  if (command.print_config) {
    standard_output()->write(print_config(command.settings));
    return kExitOk;
  }
  if (!command.files.empty()) return compare_files(command);
  const HostFacts host = read_host_facts();
  const Plan plan = make_plan(
      command.settings, command.compare ? Purpose::compare : Purpose::run, workloads, host,
      {.executable = executable, .command = command_line, .seed = command.settings.seed});
  announce(plan, host);
  Session session(
      plan, workloads,
      [compare = command.compare](const Plan& planned, std::span<const Row> rows, Output& output) {
        output.write(report_of(planned, rows, compare));
      });
  const int status = session.run();
  const std::string raw = session.kept_raw();
  if (!raw.empty()) tell("All rows are in {}", raw);
  return status;
}

}  // namespace loopsteal
