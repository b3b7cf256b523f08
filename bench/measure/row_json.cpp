#include "bench/measure/row_json.hpp"

#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/estimates_json.hpp"
#include "bench/measure/json_read.hpp"
#include "bench/measure/latency_summary.hpp"
#include "bench/measure/machine_json.hpp"

namespace loopsteal {
namespace {

// What a worker counts, under Tokio's names where Tokio has one (RuntimeMetrics).
struct Counter {
  std::string_view name;
  Op op;
};
constexpr std::array kCounters = {
    Counter{"worker_local_schedule_count", Op::push_local},
    Counter{"worker_remote_schedule_count", Op::push_remote},
    Counter{"worker_local_pop_count", Op::pop_local},
    Counter{"worker_remote_pop_count", Op::pop_remote},
    Counter{"worker_lifo_poll_count", Op::lifo_poll},
    Counter{"worker_forced_yield_count", Op::forced_yield},
    Counter{"worker_overflow_count", Op::overflow},
    Counter{"worker_steal_attempts", Op::steal_attempt},
    Counter{"worker_steal_operations", Op::steal_operation},
    Counter{"worker_steal_count", Op::stolen_job},
    Counter{"worker_search_count", Op::search},
    Counter{"worker_park_count", Op::park},
    Counter{"worker_noop_count", Op::noop_park},
    Counter{"worker_unpark_count", Op::unpark},
    Counter{"worker_timer_insert_count", Op::timer_insert},
    Counter{"worker_timer_cancel_count", Op::timer_cancel},
    Counter{"worker_timer_fire_count", Op::timer_fire},
    Counter{"worker_io_poll_count", Op::poll},
    Counter{"worker_iteration_count", Op::iteration},
    Counter{"worker_slow_callback_count", Op::slow_callback},
};
static_assert(kCounters.size() == kOps, "each Op has its name in the results");

struct Latency {
  std::string_view name;
  LatencyHistogram Row::*histogram;
};
constexpr std::array kLatencies = {Latency{"wait", &Row::wait}, Latency{"sojourn", &Row::sojourn},
                                   Latency{"schedule_latency", &Row::schedule_latency},
                                   Latency{"poll_time", &Row::poll_time}};

// Calls visit(name, WorkerStats -> count) for each number that every worker has.
template <class Visit>
void for_each_worker_number(Visit visit) {
  visit(
      "worker_busy_ns", [](auto& worker) -> auto& { return worker.busy; });
  visit(
      "worker_searching_ns", [](auto& worker) -> auto& { return worker.searching; });
  visit(
      "worker_parked_ns", [](auto& worker) -> auto& { return worker.parked; });
  visit(
      "worker_poll_count", [](auto& worker) -> auto& { return worker.poll_count; });
  visit(
      "worker_local_run_count", [](auto& worker) -> auto& { return worker.local_run_count; });
  for (const Counter& counter : kCounters) {
    visit(
        counter.name, [op = counter.op](auto& worker) -> auto& {
          return worker.ops[static_cast<std::size_t>(op)];
        });
  }
}

std::int64_t number(Duration duration) { return duration.count(); }
std::uint64_t number(std::uint64_t count) { return count; }
void set_number(Duration& duration, const Json& value) {
  duration = Duration(read_number<std::int64_t>(value));
}
void set_number(std::uint64_t& count, const Json& value) {
  count = read_number<std::uint64_t>(value);
}

void add_names(Json& json, const Row& row) {
  json["name"] = name_of(row);
  json["run_name"] = name_of(row);
  json["run_type"] = "iteration";
  json["repetitions"] = row.repetitions;
  json["repetition_index"] = row.repetition_index;
  json["threads"] = row.workers;
  json["iterations"] = row.failed() ? 0 : 1;
  // A run that did not end has no time; Google Benchmark writes 0 there too, and its tools insist
  // on the fields.
  json["real_time"] = row.failed() ? 0 : number(row.measurement.makespan);
  json["cpu_time"] = row.failed() ? 0 : number(row.cpu_time);
  json["time_unit"] = "ns";
  if (row.failed() || !row.answer_ok) {
    json["error_occurred"] = true;
    json["error_message"] =
        row.failed() ? row.error : fmt::format("The answer {} is wrong.", row.answer);
  }
  if (row.no_progress) json["no_progress"] = true;
}

void add_identity(Json& json, const Row& row) {
  json["scheduler"] = row.scheduler;
  json["scheduler_spec"] = row.scheduler_spec;
  json["workload"] = row.workload;
  json["workload_spec"] = row.workload_spec;
  json["shape"] = row.shape;
  json["machine"] = row.machine;
  json["size"] = row.size;
  add_machine(json, row);
  json["workers"] = row.workers;
  json["seed"] = row.seed;
  json["position"] = row.position;
}

// Whether the number of that name may be shown: a run too short for it says so instead.
bool is_shown(const Row& row, std::string_view latency, std::optional<double> q) {
  const bool judged = latency == "sojourn" || latency == "wait";
  if (!judged || !row.estimates) return true;
  if (!q) return row.estimates->requests_needed == 0;
  const SojournQuantile* const quantile = row.estimates->quantile(*q);
  return quantile == nullptr || quantile->trustworthy();
}

void add_latency(Json& json, const Row& row, const Latency& latency) {
  const LatencyHistogram& latencies = row.*latency.histogram;
  if (latencies.count() == 0) return;
  const LatencySummary summary = summarise(latencies);
  const auto field = [&](std::string_view statistic) {
    return fmt::format("{}_{}", latency.name, statistic);
  };
  json[field("count")] = summary.count;
  if (is_shown(row, latency.name, std::nullopt))
    set_finite(json, field("mean_ns"), summary.mean_ns);
  for (const double q : kReportedQuantiles) {
    const bool enough = q < 0.999 || summary.count >= kSamplesForP999;
    if (!enough || !is_shown(row, latency.name, q)) continue;
    json[field(quantile_name(q) + "_ns")] = latencies.quantile_ns(q);
  }
  json[field("max_ns")] = summary.max_ns;
}

Json histogram_json(const LatencyHistogram& latencies) {
  std::vector<std::uint64_t> upper_ns;
  std::vector<std::uint64_t> counts;
  for (const LatencyHistogram::Bin& bin : latencies.bins()) {
    upper_ns.push_back(bin.upper_ns);
    counts.push_back(bin.count);
  }
  return Json{{"relative_error", LatencyHistogram::kRelativeError},
              {"upper_ns", std::move(upper_ns)},
              {"counts", std::move(counts)}};
}

void add_account(Json& json, const VirtualAccount& account) {
  json["trace_hash"] = fmt::format("{:016x}", account.trace_hash);
  json["events"] = account.events;
  json["idle_while_work_waited_ns"] = number(account.idle_while_work_waited);
}

void add_totals(Json& json, const Measurement& measurement) {
  json["remote_schedule_count"] = measurement.remote_schedule_count;
  for_each_worker_number([&](std::string_view name, auto&& field) {
    decltype(number(field(measurement.workers[0]))) total = 0;
    for (const WorkerStats& worker : measurement.workers) total += number(field(worker));
    json[std::string(name)] = total;
  });
}

void add_lists(Json& json, const Row& row) {
  const Measurement& measurement = row.measurement;
  for_each_worker_number([&](std::string_view name, auto&& field) {
    Json list = Json::array();
    for (const WorkerStats& worker : measurement.workers) list.push_back(number(field(worker)));
    json[fmt::format("{}_per_worker", name)] = std::move(list);
  });
  Json matrix = Json::array();
  const std::size_t workers = measurement.workers.size();
  for (std::size_t thief = 0; thief < workers && !measurement.steals.empty(); ++thief) {
    const auto begin = measurement.steals.begin() + static_cast<std::ptrdiff_t>(thief * workers);
    matrix.push_back(
        std::vector<std::uint64_t>(begin, begin + static_cast<std::ptrdiff_t>(workers)));
  }
  json["steal_matrix"] = std::move(matrix);
  for (const Latency& latency : kLatencies) {
    const LatencyHistogram& histogram = row.*latency.histogram;
    if (histogram.count() == 0) continue;
    json[fmt::format("{}_histogram", latency.name)] = histogram_json(histogram);
  }
}

void read_account(Measurement& measurement, const Json& json) {
  if (!json.contains("trace_hash")) return;
  measurement.virtual_account =
      VirtualAccount{.trace_hash = read_hash(required<std::string>(json, "trace_hash")),
                     .events = required<std::uint64_t>(json, "events"),
                     .idle_while_work_waited =
                         Duration(required<std::int64_t>(json, "idle_while_work_waited_ns"))};
}

// What the fields know better than the bins, so that a file read back shows the same numbers.
void restore_summary(LatencyHistogram& histogram, const Json& json, std::string_view name) {
  const auto of = [&](const std::string& statistic) {
    return fmt::format("{}_{}_ns", name, statistic);
  };
  if (json.contains(of("mean")) && json.contains(of("max"))) {
    histogram.restore_mean(required<double>(json, of("mean")),
                           required<std::uint64_t>(json, of("max")));
  }
  for (const double q : kReportedQuantiles) {
    const std::string field_name = of(quantile_name(q));
    if (json.contains(field_name))
      histogram.restore_quantile(q, required<std::uint64_t>(json, field_name));
  }
}

// A line for each worker and in it a number for each, or no line at all.
void read_steals(Measurement& measurement, const Json& json) {
  const auto matrix = required<std::vector<std::vector<std::uint64_t>>>(json, "steal_matrix");
  const std::size_t workers = measurement.workers.size();
  const auto fits = [&](const auto& thief) { return thief.size() == workers; };
  if (!matrix.empty() && (matrix.size() != workers || !std::ranges::all_of(matrix, fits))) {
    throw SpecError(
        fmt::format("\"steal_matrix\" is not square: the row's lists name {} workers", workers));
  }
  for (const auto& thief : matrix)
    measurement.steals.insert(measurement.steals.end(), thief.begin(), thief.end());
}

void read_results(Row& row, const Json& json) {
  row.tasks = required<std::uint64_t>(json, "tasks");
  row.answer = required<std::uint64_t>(json, "answer");
  row.answer_ok = required<bool>(json, "answer_ok");
  row.cpu_time = Duration(required<std::int64_t>(json, "cpu_time"));
  Measurement& measurement = row.measurement;
  measurement.makespan = Duration(required<std::int64_t>(json, "makespan_ns"));
  measurement.remote_schedule_count = required<std::uint64_t>(json, "remote_schedule_count");
  for_each_worker_number([&](std::string_view name, auto&& number_field) {
    const auto values = required<std::vector<Json>>(json, fmt::format("{}_per_worker", name));
    if (measurement.workers.empty()) measurement.workers.resize(values.size());
    if (measurement.workers.size() != values.size()) {
      throw SpecError(fmt::format("\"{}_per_worker\" has {} numbers, other lists have {}", name,
                                  values.size(), measurement.workers.size()));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      set_number(number_field(measurement.workers[i]), values[i]);
    }
  });
  read_account(measurement, json);
  if (json.contains("quantile_relative_error"))
    row.quantile_error = required<double>(json, "quantile_relative_error");
  if (json.contains("estimand")) row.estimates = estimates_from_json(json);
  if (json.contains("greedy_lower_ns")) {
    row.greedy_bounds = theory::MakespanBounds{.lower = required<double>(json, "greedy_lower_ns"),
                                               .upper = required<double>(json, "greedy_upper_ns")};
  }
  read_steals(measurement, json);
  for (const Latency& latency : kLatencies) {
    const std::string name = fmt::format("{}_histogram", latency.name);
    if (!json.contains(name)) continue;
    const auto upper_ns = required<std::vector<std::uint64_t>>(json[name], "upper_ns");
    const auto counts = required<std::vector<std::uint64_t>>(json[name], "counts");
    if (upper_ns.size() != counts.size()) throw SpecError("\"" + name + "\" has uneven lists");
    LatencyHistogram& histogram = row.*latency.histogram;
    for (std::size_t i = 0; i < counts.size(); ++i) histogram.add_bin(upper_ns[i], counts[i]);
    restore_summary(histogram, json, latency.name);
  }
}

}  // namespace

Json to_json(const Row& row) {
  Json json;
  add_names(json, row);
  add_identity(json, row);
  if (row.failed()) return json;
  json["tasks"] = row.tasks;
  json["answer"] = row.answer;
  json["answer_ok"] = row.answer_ok;
  json["makespan_ns"] = number(row.measurement.makespan);
  if (const auto rate = tasks_per_second_of(row)) set_finite(json, "tasks_per_second", *rate);
  for (const Latency& latency : kLatencies) add_latency(json, row, latency);
  if (row.quantile_error > 0) json["quantile_relative_error"] = row.quantile_error;
  json["steals"] = steals_of(row);
  if (const auto locality = locality_of(row)) set_finite(json, "locality", *locality);
  if (row.estimates) add_estimates(json, *row.estimates);
  if (row.greedy_bounds) {
    json["greedy_lower_ns"] = row.greedy_bounds->lower;
    json["greedy_upper_ns"] = row.greedy_bounds->upper;
  }
  if (const auto& account = row.measurement.virtual_account) add_account(json, *account);
  add_totals(json, row.measurement);
  add_lists(json, row);
  return json;
}

Row row_from_json(const Json& json) {
  if (!json.is_object()) throw SpecError("a row is an object");
  Row row;
  row.repetitions = required<std::uint32_t>(json, "repetitions");
  row.repetition_index = required<std::uint32_t>(json, "repetition_index");
  row.scheduler = required<std::string>(json, "scheduler");
  row.scheduler_spec = required<std::string>(json, "scheduler_spec");
  row.workload = required<std::string>(json, "workload");
  row.workload_spec = required<std::string>(json, "workload_spec");
  row.shape = required<std::string>(json, "shape");
  row.machine = required<std::string>(json, "machine");
  row.size = required<std::string>(json, "size");
  read_machine(row, json);
  row.workers = required<std::uint32_t>(json, "workers");
  row.seed = required<std::uint64_t>(json, "seed");
  row.position = required<std::uint32_t>(json, "position");
  const bool ended = json.contains("makespan_ns");
  if (!ended) row.error = required<std::string>(json, "error_message");
  if (ended) read_results(row, json);
  return row;
}

std::vector<std::pair<std::string, double>> counters_of(const Row& row) {
  // Google Benchmark writes these itself.
  constexpr std::array<std::string_view, 7> kOwn = {"repetitions", "repetition_index", "threads",
                                                    "iterations",  "real_time",        "cpu_time",
                                                    "position"};
  std::vector<std::pair<std::string, double>> counters;
  const Json json = to_json(row);
  for (const auto& [name, value] : json.items()) {
    const bool own = std::ranges::find(kOwn, name) != kOwn.end();
    if (value.is_number() && !own) counters.emplace_back(name, value.get<double>());
  }
  return counters;
}

const std::vector<std::string>& scalar_fields() {
  static const std::vector<std::string> kFields = [] {
    // A row that has everything, asked for the names of its single values.
    Row row;
    row.measurement.workers.resize(1);
    row.measurement.workers[0].poll_count = 1;
    row.measurement.makespan = Duration(1);
    for (const Latency& latency : kLatencies) (row.*latency.histogram).add_bin(1, kSamplesForP999);
    std::vector<std::string> names;
    const Json json = to_json(row);
    for (const auto& [name, value] : json.items()) {
      if (value.is_primitive()) names.push_back(name);
    }
    return names;
  }();
  return kFields;
}

}  // namespace loopsteal
