#include "bench/measure/report.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include "bench/statistics/quantile.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

// The rows of one scheduler on one workload that ended, as columns of numbers.
struct Columns {
  std::vector<double> time_ns;
  std::vector<double> tail_ns;
  std::vector<double> rate;
  std::vector<double> locality;
  std::vector<double> steals;
  std::vector<double> tasks;
  std::vector<double> estimates;      // In virtual time, by replication: mean sojourn or makespan.
  std::vector<std::uint64_t> hashes;  // In virtual time, by row: of all events of the run.
  std::set<std::uint64_t> seeds;      // In virtual time, of the rows.
};

struct Group {
  ReportLine line;
  Columns columns;
};

struct TableOfGroups {
  ReportTable table;
  std::vector<Group> groups;
};

template <class Elements, class Matches>
auto& find_or_add(Elements& elements, Matches matches) {
  const auto found = std::ranges::find_if(elements, matches);
  if (found != elements.end()) return *found;
  return elements.emplace_back();
}

// One run gives one value, and an interval of its own; several replications give several.
void add_estimates(Group& group, const Row& row) {
  if (!row.measurement.virtual_account) return;
  group.line.in_virtual_time = true;
  std::vector<double>& values = group.columns.estimates;
  group.columns.hashes.push_back(row.measurement.virtual_account->trace_hash);
  group.columns.seeds.insert(row.seed);
  const std::optional<Estimates>& estimates = row.estimates;
  ReportLine& line = group.line;
  line.greedy_bounds = row.greedy_bounds;
  if (estimates && estimates->requests_needed > 0) {
    // A run that is too short has no number, and nothing is compared by it.
    line.requests_needed = std::max(line.requests_needed, estimates->requests_needed);
  } else if (estimates && !estimates->by_replication.empty()) {
    values.insert(values.end(), estimates->by_replication.begin(), estimates->by_replication.end());
  } else if (row.sojourn.count() > 0) {
    values.push_back(row.sojourn.mean_ns());
  } else {
    values.push_back(static_cast<double>(row.measurement.makespan.count()));
  }
  if (!estimates) return;
  if (row.sojourn.count() > 0) line.regime = estimates->regime;
  line.warmup_deleted = std::max(line.warmup_deleted, estimates->warmup_deleted);
  if (const SojournQuantile* const p99 = estimates->quantile(0.99))
    line.tail_requests_needed = std::max(line.tail_requests_needed, p99->requests_needed);
  line.estimate = estimates->deciding();
  line.theory = estimates->theory;
  line.trustworthy = line.trustworthy && estimates->trustworthy;
}

void add_row(Group& group, const Row& row) {
  ReportLine& line = group.line;
  line.scheduler = row.scheduler;
  line.scheduler_spec = row.scheduler_spec;
  line.workers = row.workers;
  if (row.failed()) {
    const bool known = std::ranges::find(line.errors, row.error) != line.errors.end();
    if (!known) line.errors.push_back(row.error);
    return;
  }
  line.runs += 1;
  if (!row.answer_ok) line.wrong_answers += 1;
  Columns& columns = group.columns;
  columns.time_ns.push_back(static_cast<double>(row.measurement.makespan.count()));
  columns.steals.push_back(static_cast<double>(steals_of(row)));
  columns.tasks.push_back(static_cast<double>(row.tasks));
  if (const auto rate = tasks_per_second_of(row)) columns.rate.push_back(*rate);
  if (const auto locality = locality_of(row)) columns.locality.push_back(*locality);
  add_estimates(group, row);
  line.schedule_latency.merge(row.schedule_latency);
  if (row.sojourn.count() == 0) return;
  line.sojourn.merge(row.sojourn);
  line.quantile_error = std::max(line.quantile_error, row.quantile_error);
  if (line.tail_requests_needed > 0) return;
  columns.tail_ns.push_back(static_cast<double>(row.sojourn.quantile_ns(0.99)));
}

double median_or_zero(const std::vector<double>& values) {
  return values.empty() ? 0 : median(values);
}

bool all_equal(const auto& values) {
  return std::ranges::adjacent_find(values, std::not_equal_to{}) == values.end();
}

RunsDiffer runs_differ(const Columns& columns) {
  if (columns.estimates.size() < kRepetitionsForVerdict || !all_equal(columns.estimates))
    return RunsDiffer::yes;
  // A row of several replications has one hash of all of theirs, which does not compare them.
  if (columns.hashes.size() < columns.estimates.size()) return RunsDiffer::not_in_value;
  // A run repeated with its own seed is the same in any case.
  if (columns.seeds.size() < kRepetitionsForVerdict) return RunsDiffer::yes;
  return all_equal(columns.hashes) ? RunsDiffer::no : RunsDiffer::not_in_value;
}

void fill_estimate(Group& group) {
  ReportLine& line = group.line;
  const std::vector<double>& values = group.columns.estimates;
  line.runs_differ = runs_differ(group.columns);
  if (line.runs_differ != RunsDiffer::yes) {
    line.estimate = Interval{.mean = values.front(), .half_width = 0, .n = values.size()};
    line.trustworthy = true;
  } else if (values.size() > 1) {
    line.estimate = t_interval(values);
  }
}

void fill_medians(Group& group) {
  ReportLine& line = group.line;
  line.time_ns = median_or_zero(group.columns.time_ns);
  line.tasks_per_second = median_or_zero(group.columns.rate);
  line.steals = median_or_zero(group.columns.steals);
  line.tasks = median_or_zero(group.columns.tasks);
  fill_estimate(group);
  if (!group.columns.locality.empty()) line.locality = median(group.columns.locality);
}

std::optional<Comparison> compared(const std::vector<double>& baseline,
                                   const std::vector<double>& own, std::uint64_t seed,
                                   double relative_error = 0) {
  if (!all_positive(baseline) || !all_positive(own)) return std::nullopt;
  return compare(baseline, own, seed, relative_error);
}

std::optional<Comparison> compared_tails(const Group& baseline, const Group& own,
                                         std::uint64_t seed) {
  return compared(baseline.columns.tail_ns, own.columns.tail_ns, seed,
                  std::max(baseline.line.quantile_error, own.line.quantile_error));
}

// Pairs there are as far as both have replications: they began with the same seed.
std::optional<Comparison> compared_in_pairs(const Group& baseline, const Group& own) {
  const std::span<const double> theirs = baseline.columns.estimates;
  const std::span<const double> ours = own.columns.estimates;
  if (!all_positive(theirs) || !all_positive(ours)) return std::nullopt;
  Comparison comparison = compare_pairs(theirs, ours);
  if (baseline.line.runs_differ != RunsDiffer::no || own.line.runs_differ != RunsDiffer::no)
    return comparison;
  Comparison exact = compare_exactly(theirs.front(), ours.front());
  exact.runs = comparison.runs;
  exact.runs_needed = comparison.runs_needed;
  return exact;
}

void compare_with_baseline(std::vector<Group>& groups, const std::string& baseline,
                           std::uint64_t seed) {
  const auto base = std::ranges::find_if(
      groups, [&](const Group& group) { return group.line.scheduler_spec == baseline; });
  if (base == groups.end()) return;
  for (Group& group : groups) {
    if (&group == &*base) continue;
    group.line.speed = compared(base->columns.time_ns, group.columns.time_ns, seed);
    group.line.paired = compared_in_pairs(*base, group);
    group.line.tail = compared_tails(*base, group, seed);
  }
}

// With default settings if there are several.
const Group* control_of(const std::vector<Group>& groups, std::uint32_t workers) {
  const std::string_view name = scheduler_with(Role::control);
  const Group* control = nullptr;
  for (const Group& group : groups) {
    if (group.line.scheduler != name || group.line.workers != workers) continue;
    if (!group.line.fine()) continue;
    if (control == nullptr || group.line.scheduler_spec == name) control = &group;
  }
  return control;
}

void compare_with_control(std::vector<Group>& groups, std::uint64_t seed) {
  for (Group& group : groups) {
    if (!group.line.scheduler_steals()) continue;
    const Group* const control = control_of(groups, group.line.workers);
    if (control == nullptr) continue;
    std::optional<Comparison>& comparison = group.line.against_control;
    if (group.line.in_virtual_time) {
      comparison = compared_in_pairs(*control, group);
    } else if (group.line.deciding_metric() == DecidingMetric::p99_sojourn) {
      comparison = compared_tails(*control, group, seed);
    } else {
      comparison = compared(control->columns.time_ns, group.columns.time_ns, seed);
    }
  }
}

std::size_t place_in(std::span<const std::string> order, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(order, name) - order.begin());
}

std::string choose_baseline(const std::vector<TableOfGroups>& tables) {
  const std::string_view usual = scheduler_with(Role::baseline);
  std::string first;
  for (const TableOfGroups& table : tables) {
    for (const Group& group : table.groups) {
      const std::string& spec = group.line.scheduler_spec;
      if (spec == usual) return spec;
      if (first.empty()) first = spec;
    }
  }
  return first;
}

}  // namespace

bool ReportTable::has_requests() const {
  return std::ranges::any_of(lines,
                             [](const ReportLine& line) { return line.sojourn.count() > 0; });
}

bool ReportTable::has_delays() const {
  return std::ranges::any_of(
      lines, [](const ReportLine& line) { return line.schedule_latency.count() > 0; });
}

bool Report::compares() const {
  return std::ranges::any_of(tables, [](const ReportTable& table) {
    return std::ranges::any_of(table.lines,
                               [](const ReportLine& line) { return line.speed.has_value(); });
  });
}

bool ReportTable::has_estimates() const {
  return std::ranges::any_of(lines,
                             [](const ReportLine& line) { return line.estimate.has_value(); });
}

bool ReportTable::has_theory() const {
  return std::ranges::any_of(lines, [](const ReportLine& line) {
    return line.theory.has_value() || line.greedy_bounds.has_value();
  });
}

Report make_report(std::span<const Row> rows, std::span<const std::string> workload_order,
                   std::span<const std::string> scheduler_order, std::uint64_t seed) {
  std::vector<TableOfGroups> tables;
  for (const Row& row : rows) {
    TableOfGroups& table = find_or_add(tables, [&](const TableOfGroups& one) {
      return one.table.workload_spec == row.workload_spec && one.table.size == row.size;
    });
    table.table.workload_spec = row.workload_spec;
    table.table.shape = row.shape;
    table.table.size = row.size;
    add_row(find_or_add(table.groups,
                        [&](const Group& group) {
                          return group.line.scheduler_spec == row.scheduler_spec &&
                                 group.line.workers == row.workers;
                        }),
            row);
  }
  std::ranges::stable_sort(tables, {}, [&](const TableOfGroups& table) {
    return place_in(workload_order, table.table.workload_spec);
  });
  Report report;
  for (TableOfGroups& table : tables) {
    std::ranges::stable_sort(table.groups, {}, [&](const Group& group) {
      return place_in(scheduler_order, group.line.scheduler_spec);
    });
    std::ranges::for_each(table.groups, fill_medians);
  }
  report.baseline = choose_baseline(tables);
  for (TableOfGroups& table : tables) {
    compare_with_baseline(table.groups, report.baseline, seed);
    compare_with_control(table.groups, seed);
    for (Group& group : table.groups) table.table.lines.push_back(std::move(group.line));
    report.tables.push_back(std::move(table.table));
  }
  return report;
}

}  // namespace loopsteal
