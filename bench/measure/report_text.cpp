#include "bench/measure/report_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"
#include "bench/measure/verdict_words.hpp"

namespace loopsteal {
namespace {

Colour colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::higher:
      return Colour::good;
    case Verdict::lower:
      return Colour::bad;
    case Verdict::tie:
      return Colour::faint;
    case Verdict::undecided:
      break;
  }
  return Colour::none;
}

Cell comparison_cell(DecidingMetric metric, const std::optional<Comparison>& comparison) {
  if (!comparison) return {};
  return {verdict_words(metric, *comparison), colour_of(comparison->verdict)};
}

Cell speed_cell(const ReportLine& line, const std::string& baseline) {
  if (!line.speed && line.scheduler_spec == baseline) return {"baseline", Colour::faint};
  if (line.paired) return comparison_cell(line.deciding_metric(), line.paired);
  return comparison_cell(DecidingMetric::makespan, line.speed);
}

Cell too_short_cell(std::uint64_t requests_needed) {
  return {fmt::format("too short, needs {} requests",
                      human_count(static_cast<double>(requests_needed))),
          Colour::bad};
}

Cell estimate_cell(const ReportTable& table, const ReportLine& line) {
  if (line.requests_needed > 0) return too_short_cell(line.requests_needed);
  if (!line.estimate) return {};
  const Interval& interval = *line.estimate;
  const std::string exact = exact_words(table.workload_spec, line);
  if (!exact.empty()) return {fmt::format("{}, {}", human_time(interval.mean), exact)};
  const std::string text = std::isfinite(interval.half_width)
                               ? fmt::format("{} ±{:.2g} %", human_time(interval.mean),
                                             100 * interval.relative_half_width())
                               : human_time(interval.mean);
  return {line.trustworthy ? text : text + " (not settled: run it longer)", Colour::none};
}

// Between what a greedy schedule ends, and whether this one did.
Cell greedy_cell(const ReportLine& line) {
  const theory::MakespanBounds& bounds = *line.greedy_bounds;
  // Whole ns beside bounds that need not be.
  const bool inside = line.time_ns > bounds.lower - 1 && line.time_ns < bounds.upper + 1;
  return {fmt::format("greedy {} to {}: {}", human_time(bounds.lower), human_time(bounds.upper),
                      inside ? "inside" : "outside"),
          inside ? Colour::good : Colour::none};
}

// What theory expects, and how far the estimate is from it.
Cell theory_cell(const ReportLine& line) {
  if (line.greedy_bounds) return greedy_cell(line);
  if (!line.theory || !line.theory->sojourn_mean) return {};
  const double expected = *line.theory->sojourn_mean;
  std::string text = fmt::format("{} {}", line.theory->name, human_time(expected));
  if (!line.theory->exact) return {"about " + text, Colour::faint};
  if (!line.estimate || line.requests_needed > 0) return {text};
  text += fmt::format(" ({:+.2f} %)", 100 * (line.estimate->mean / expected - 1));
  return {text, line.estimate->contains(expected) ? Colour::good : Colour::none};
}

// What a table shows: no column is empty all the way down.
struct Shown {
  bool speed;      // There is something to compare.
  bool requests;   // There are latencies.
  bool delays;     // Delays were observed.
  bool estimates;  // Virtual time: the mean sojourn, or the makespan, with its interval.
  bool theory;     // Something is known about it.
  bool wide;       // Room for what only some readers look for.
};

std::vector<TextTable::Column> columns_of(const Shown& shown) {
  std::vector<TextTable::Column> columns = {
      {"scheduler", Align::left}, {"workers", Align::right}, {"time", Align::right}};
  // Where requests arrive on their own, virtual time has no speed to show.
  const bool steady = shown.estimates && shown.requests;
  if (shown.estimates) {
    columns.push_back({shown.requests ? "mean sojourn" : "mean makespan", Align::left});
  }
  if (shown.theory) columns.push_back({"theory", Align::left});
  if (shown.speed) {
    columns.push_back({"against baseline", Align::left});
  }
  columns.push_back({"local", Align::right});
  columns.push_back({"stolen", Align::right});
  if (shown.requests) columns.push_back({"p99 sojourn", Align::right});
  if (shown.requests && shown.speed && !steady) {
    columns.push_back({"p99 against baseline", Align::left});
  }
  if (shown.delays) columns.push_back({"p99 ready to run", Align::right});
  if (!shown.wide) return columns;
  columns.push_back({"tasks/s", Align::right});
  columns.push_back({"p value", Align::right});
  columns.push_back({"runs", Align::right});
  return columns;
}

Cell p99_cell(const LatencyHistogram& latencies) {
  if (latencies.count() == 0) return {};
  return {human_time(static_cast<double>(latencies.quantile_ns(0.99)))};
}

std::vector<Cell> cells_of(const ReportTable& table, const ReportLine& line,
                           const std::string& baseline, const Shown& shown) {
  std::vector<Cell> cells = {{line.scheduler_spec}, {fmt::format("{}", line.workers)}};
  if (line.runs == 0) {
    cells.push_back({"failed", Colour::bad});
    return cells;
  }
  cells.push_back({human_time(line.time_ns)});
  const bool steady = shown.estimates && shown.requests;
  if (shown.estimates) cells.push_back(estimate_cell(table, line));
  if (shown.theory) cells.push_back(theory_cell(line));
  if (shown.speed) cells.push_back(speed_cell(line, baseline));
  cells.push_back({line.locality ? human_share(*line.locality) : ""});
  cells.push_back({human_count(line.steals)});
  if (shown.requests) {
    cells.push_back(line.tail_requests_needed > 0 ? too_short_cell(line.tail_requests_needed)
                                                  : p99_cell(line.sojourn));
  }
  if (shown.requests && shown.speed && !steady) {
    cells.push_back(comparison_cell(DecidingMetric::p99_sojourn, line.tail));
  }
  if (shown.delays) cells.push_back(p99_cell(line.schedule_latency));
  if (!shown.wide) return cells;
  cells.push_back({human_count(line.tasks_per_second)});
  const bool tested = line.deciding() && line.deciding()->p_value;
  cells.push_back({tested ? fmt::format("{:.2g}", *line.deciding()->p_value) : ""});
  cells.push_back({fmt::format("{}", line.runs)});
  return cells;
}

std::string failures_of(const ReportTable& table, bool colour) {
  std::string text;
  for (const ReportLine& line : table.lines) {
    if (line.wrong_answers > 0) {
      const std::string sentence = fmt::format("FAILED {}: {} of {} answers wrong.",
                                               line.scheduler_spec, line.wrong_answers, line.runs);
      text += "  " + coloured(sentence, Colour::bad, colour) + "\n";
    }
    for (const std::string& error : line.errors) {
      const std::string sentence = fmt::format("FAILED {}: {}", line.scheduler_spec, error);
      text += "  " + coloured(sentence, Colour::bad, colour) + "\n";
    }
  }
  return text;
}

// Which requests count. The schedulers of a table may differ in it.
std::string counted_of(const ReportTable& table) {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most = 0;
  bool finite = false;
  for (const ReportLine& line : table.lines) {
    if (!line.regime) continue;
    finite = *line.regime == Regime::terminating;
    least = std::min(least, line.warmup_deleted);
    most = std::max(most, line.warmup_deleted);
  }
  if (least > most) return {};
  if (finite) return "A finite input: every request counts.";
  const std::string first = human_count(static_cast<double>(most));
  if (least == most)
    return fmt::format("Warm-up: the first {} requests of each run do not count.", first);
  return fmt::format("Warm-up: the first {} to {} requests of each run do not count.",
                     human_count(static_cast<double>(least)), first);
}

// What the p99 of a table may be off by; empty if each request was kept.
std::string resolution_of(const ReportTable& table) {
  double error = 0;
  for (const ReportLine& line : table.lines) error = std::max(error, line.quantile_error);
  if (error == 0) return {};
  return fmt::format("p99 sojourn: within {:.1f} %, the width of a histogram's bin.", 100 * error);
}

}  // namespace

std::string render(const Report& report, TableStyle style, bool colour) {
  const bool markdown = style == TableStyle::markdown;
  std::string text;
  for (const ReportTable& table : report.tables) {
    const Shown shown{report.compares(),     table.has_requests(), table.has_delays(),
                      table.has_estimates(), table.has_theory(),   markdown};
    TextTable lines(columns_of(shown));
    for (const ReportLine& line : table.lines) {
      lines.add(cells_of(table, line, report.baseline, shown));
    }
    if (!text.empty()) text += "\n";
    const std::string heading =
        fmt::format("{} ({}, {} size)", table.workload_spec, table.shape, table.size);
    text += markdown ? fmt::format("### {}\n\n", heading)
                     : fmt::format("{}\n", coloured(heading, Colour::heading, colour));
    text += lines.render(style, colour, markdown ? 0 : 2);
    if (const std::string counted = counted_of(table); !counted.empty())
      text += markdown ? fmt::format("\n{}\n", counted) : fmt::format("  {}\n", counted);
    if (const std::string resolution = resolution_of(table); !resolution.empty())
      text += markdown ? fmt::format("\n{}\n", resolution) : fmt::format("  {}\n", resolution);
    const std::string failures = failures_of(table, colour && !markdown);
    if (!failures.empty()) text += (markdown ? "\n" : "") + failures;
  }
  return text;
}

}  // namespace loopsteal
