#include "bench/checks/report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace loopsteal::checks {
namespace {

// Six digits say which of two neighbouring results is meant; counts are printed in full.
std::string number(double value) {
  if (value == std::round(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{:.6g}", value);
}

std::string band_text(const Target& target, double widening) {
  switch (target.rule) {
    case Rule::relative:
      return fmt::format("{:.3g} %", 100 * widening * target.band);
    case Rule::absolute:
    case Rule::fixed:
      return fmt::format("±{}", number(target.allowed(widening)));
    case Rule::exact:
      break;
  }
  return "exact";
}

std::string_view rule_name(Rule rule) {
  switch (rule) {
    case Rule::relative:
      return "relative";
    case Rule::absolute:
      return "absolute";
    case Rule::fixed:
      return "fixed";
    case Rule::exact:
      break;
  }
  return "exact";
}

Colour colour_of(Status status) {
  switch (status) {
    case Status::passed:
      return Colour::good;
    case Status::failed:
      return Colour::bad;
    case Status::not_done:
      break;
  }
  return Colour::faint;
}

Status status_of(const Target& target, const Interval& got, double widening) {
  return target.met_by(got, widening) ? Status::passed : Status::failed;
}

// A half-width as the band is given: relative to what is expected, or as it is.
std::string half_width_text(const Target& target, const Interval& got) {
  if (target.rule == Rule::exact || got.half_width == 0) return "";
  if (target.rule != Rule::relative) return fmt::format("±{}", number(got.half_width));
  return fmt::format("{:.2g} %", 100 * got.half_width / std::abs(target.expected));
}

void add_rows(TextTable& table, const Outcome& outcome, double widening) {
  const Check& check = outcome.check;
  const std::string what = fmt::format("{}", check.what);
  const std::string seconds = fmt::format("{:.1f}", outcome.seconds);
  const Cell verdict{std::string(to_string(outcome.status)), colour_of(outcome.status)};
  if (outcome.got.size() != check.targets.size() || outcome.got.empty()) {
    const std::string why = outcome.error.empty() ? outcome.note : outcome.error;
    table.add({{std::string(check.id)}, {what}, {why}, {}, {}, {}, {}, verdict, {seconds}});
    return;
  }
  for (std::size_t i = 0; i < check.targets.size(); ++i) {
    const Target& target = check.targets[i];
    const Interval& got = outcome.got[i];
    const Status one = status_of(target, got, widening);
    const bool first = i == 0;
    std::string quantity = target.quantity;
    if (first && !outcome.note.empty()) quantity += fmt::format(" ({})", outcome.note);
    table.add({{first ? std::string(check.id) : ""},
               {first ? what : ""},
               {quantity},
               {number(target.expected)},
               {number(got.mean)},
               {half_width_text(target, got)},
               {band_text(target, widening)},
               {std::string(to_string(one)), colour_of(one)},
               {first ? seconds : ""}});
  }
}

std::string summary(std::span<const Outcome> outcomes) {
  const auto count = [&](Status status) {
    return std::ranges::count(outcomes, status, &Outcome::status);
  };
  double seconds = 0;
  for (const Outcome& outcome : outcomes) seconds += outcome.seconds;
  return fmt::format("{} passed, {} failed, {} not done, in {:.0f} s of CPU time.",
                     count(Status::passed), count(Status::failed), count(Status::not_done),
                     seconds);
}

Json to_json(const Target& target, double widening) {
  Json row;
  row["quantity"] = target.quantity;
  row["expected"] = target.expected;
  row["rule"] = rule_name(target.rule);
  row["band"] = target.allowed(widening);
  return row;
}

Json to_json(const Outcome& outcome, double widening) {
  Json json;
  json["id"] = outcome.check.id;
  json["what"] = outcome.check.what;
  json["parameters"] = outcome.check.parameters;
  json["verdict"] = to_string(outcome.status);
  json["jobs"] = outcome.jobs;
  json["seconds"] = outcome.seconds;
  if (!outcome.note.empty()) json["note"] = outcome.note;
  if (!outcome.error.empty()) json["error"] = outcome.error;
  json["quantities"] = Json::array();
  for (std::size_t i = 0; i < outcome.check.targets.size(); ++i) {
    const Target& target = outcome.check.targets[i];
    Json row = to_json(target, widening);
    if (i < outcome.got.size()) {
      set_finite(row, "got", outcome.got[i].mean);
      set_finite(row, "half_width", outcome.got[i].half_width);
      row["replications"] = outcome.got[i].n;
      row["verdict"] = to_string(status_of(target, outcome.got[i], widening));
    }
    json["quantities"].push_back(std::move(row));
  }
  return json;
}

std::string text_of(const Json& context, const char* name) {
  const auto found = context.find(name);
  if (found == context.end()) return "unknown";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

std::string render_table(std::span<const Outcome> outcomes, double scale, TableStyle style,
                         bool colour) {
  TextTable table({{"id"},
                   {"what"},
                   {"quantity"},
                   {"expected", Align::right},
                   {"got", Align::right},
                   {"half-width", Align::right},
                   {"band", Align::right},
                   {"verdict"},
                   {"CPU s", Align::right}});
  for (const Outcome& outcome : outcomes) add_rows(table, outcome, widening_of(scale));
  return table.render(style, colour) + "\n" + summary(outcomes) + "\n";
}

std::string render_page(std::span<const Outcome> outcomes, double scale, const Json& context) {
  const bool dirty = context.value("dirty", false);
  std::string page = "# Virtual time against what is known\n\n";
  page += fmt::format(
      "Every line is a number that theory or an independent simulation knows, and what this\n"
      "simulator says of it. An estimate passes if it lies in the band and its own 95 % "
      "half-width\n"
      "is smaller than the band. Times are in mean services; bands and half-widths in % are\n"
      "relative to what is expected. Made by `scripts/validate`.\n\n"
      "- commit: {}{}\n- seed: {}\n- length: {} of the full number of jobs\n"
      "- machine: {}, {} CPUs, {}\n- build: {}, {}\n- date: {}\n\n",
      text_of(context, "commit"), dirty ? ", with changes" : "", text_of(context, "seed"), scale,
      text_of(context, "cpu_model"), text_of(context, "num_cpus"), text_of(context, "kernel"),
      text_of(context, "loopsteal_build_type"), text_of(context, "compiler"),
      text_of(context, "date"));
  return page + render_table(outcomes, scale, TableStyle::markdown, false);
}

Json to_json(std::span<const Outcome> outcomes, double scale, const Json& context) {
  Json json;
  json["context"] = context;
  json["scale"] = scale;
  json["checks"] = Json::array();
  for (const Outcome& outcome : outcomes)
    json["checks"].push_back(to_json(outcome, widening_of(scale)));
  return json;
}

std::string render_list(std::span<const Check> checks) {
  TextTable table({{"id"}, {"quick"}, {"what"}, {"parameters"}});
  for (const Check& check : checks) {
    const char* const quick = check.run == nullptr ? "not done" : check.quick ? "yes" : "";
    table.add({{std::string(check.id)},
               {quick},
               {std::string(check.what)},
               {std::string(check.parameters)}});
  }
  return table.render(TableStyle::text, false);
}

}  // namespace loopsteal::checks
