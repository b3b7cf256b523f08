#include "bench/measure/row_json.hpp"

#include <array>

#include <fmt/format.h>

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
  duration = Duration(value.get<std::int64_t>());
}
void set_number(std::uint64_t& count, const Json& value) { count = value.get<std::uint64_t>(); }

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

void add_latency(Json& json, std::string_view name, const LatencyHistogram& latencies) {
  if (latencies.count() == 0) return;
  const LatencySummary summary = summarise(latencies);
  const auto field = [name](std::string_view statistic) {
    return fmt::format("{}_{}", name, statistic);
  };
  json[field("count")] = summary.count;
  set_finite(json, field("mean_ns"), summary.mean_ns);
  json[field("p50_ns")] = summary.p50_ns;
  json[field("p90_ns")] = summary.p90_ns;
  json[field("p99_ns")] = summary.p99_ns;
  if (summary.p999_ns) json[field("p999_ns")] = *summary.p999_ns;
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

void add_interval(Json& json, std::string_view name, const std::optional<Interval>& interval) {
  if (interval) set_finite(json, fmt::format("{}_ci95_ns", name), interval->half_width);
}

void add_theory(Json& json, const Estimates& estimates) {
  const theory::Prediction& theory = *estimates.theory;
  json["theory"] = theory.name;
  json["theory_exact"] = theory.exact;
  if (theory.sojourn_mean) set_finite(json, "theory_sojourn_mean_ns", *theory.sojourn_mean);
  if (theory.wait_mean) set_finite(json, "theory_wait_mean_ns", *theory.wait_mean);
  if (theory.sojourn_p99) set_finite(json, "theory_sojourn_p99_ns", *theory.sojourn_p99);
  if (theory.sojourn_mean && estimates.sojourn_mean) {
    set_finite(json, "theory_sojourn_mean_deviation",
               estimates.sojourn_mean->mean / *theory.sojourn_mean - 1);
  }
}

void add_estimates(Json& json, const Estimates& estimates) {
  json["estimand"] = estimates.estimand;
  json["replications"] = estimates.replications;
  json["warmup_deleted"] = estimates.warmup_deleted;
  add_interval(json, "sojourn_mean", estimates.sojourn_mean);
  add_interval(json, "wait_mean", estimates.wait_mean);
  add_interval(json, "sojourn_p50", estimates.sojourn_p50);
  add_interval(json, "sojourn_p99", estimates.sojourn_p99);
  add_interval(json, "makespan", estimates.makespan);
  if (estimates.precision_asked) json["precision_asked"] = *estimates.precision_asked;
  set_finite(json, "precision_reached", estimates.precision_reached);
  json["trustworthy"] = estimates.trustworthy;
  if (estimates.theory) add_theory(json, estimates);
  if (!estimates.by_replication.empty()) json["by_replication_ns"] = estimates.by_replication;
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

const Json& field(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  if (found == json.end()) throw SpecError("the row has no field \"" + name + "\"");
  return *found;
}

template <class T>
T get(const Json& json, const std::string& name) {
  try {
    return field(json, name).get<T>();
  } catch (const Json::exception&) {
    throw SpecError("the field \"" + name + "\" is of the wrong kind");
  }
}

std::optional<Interval> read_interval(const Json& json, const std::string& name, double mean,
                                      std::uint32_t n) {
  const std::string half_width = fmt::format("{}_ci95_ns", name);
  if (!json.contains(half_width)) return std::nullopt;
  return Interval{.mean = mean, .half_width = get<double>(json, half_width), .n = n};
}

std::optional<double> read_optional(const Json& json, const std::string& name) {
  if (!json.contains(name)) return std::nullopt;
  return get<double>(json, name);
}

// Of an interval's n only that of replications is kept.
void read_estimates(Row& row, const Json& json) {
  if (!json.contains("estimand")) return;
  Estimates estimates;
  estimates.estimand = get<std::string>(json, "estimand");
  estimates.replications = get<std::uint32_t>(json, "replications");
  estimates.warmup_deleted = get<std::uint64_t>(json, "warmup_deleted");
  const std::uint32_t n = estimates.replications;
  const auto latency = [&](const std::string& name) {
    const std::string field_name = fmt::format("{}_ns", name);
    if (!json.contains(field_name)) return std::optional<Interval>();
    return read_interval(json, name, get<double>(json, field_name), n);
  };
  estimates.sojourn_mean = latency("sojourn_mean");
  estimates.wait_mean = latency("wait_mean");
  estimates.sojourn_p50 = latency("sojourn_p50");
  estimates.sojourn_p99 = latency("sojourn_p99");
  estimates.makespan = latency("makespan");
  estimates.precision_asked = read_optional(json, "precision_asked");
  estimates.precision_reached = read_optional(json, "precision_reached").value_or(0);
  estimates.trustworthy = get<bool>(json, "trustworthy");
  if (json.contains("by_replication_ns"))
    estimates.by_replication = get<std::vector<double>>(json, "by_replication_ns");
  if (json.contains("theory")) {
    estimates.theory =
        theory::Prediction{.name = get<std::string>(json, "theory"),
                           .wait_mean = read_optional(json, "theory_wait_mean_ns"),
                           .sojourn_mean = read_optional(json, "theory_sojourn_mean_ns"),
                           .sojourn_p50 = {},
                           .sojourn_p99 = read_optional(json, "theory_sojourn_p99_ns"),
                           .probability_of_wait = {},
                           .exact = get<bool>(json, "theory_exact"),
                           .note = {}};
  }
  row.estimates = std::move(estimates);
}

void read_account(Measurement& measurement, const Json& json) {
  if (!json.contains("trace_hash")) return;
  measurement.virtual_account = VirtualAccount{
      .trace_hash = std::stoull(get<std::string>(json, "trace_hash"), nullptr, 16),
      .events = get<std::uint64_t>(json, "events"),
      .idle_while_work_waited = Duration(get<std::int64_t>(json, "idle_while_work_waited_ns"))};
}

void read_results(Row& row, const Json& json) {
  row.tasks = get<std::uint64_t>(json, "tasks");
  row.answer = get<std::uint64_t>(json, "answer");
  row.answer_ok = get<bool>(json, "answer_ok");
  row.cpu_time = Duration(get<std::int64_t>(json, "cpu_time"));
  Measurement& measurement = row.measurement;
  measurement.makespan = Duration(get<std::int64_t>(json, "makespan_ns"));
  measurement.remote_schedule_count = get<std::uint64_t>(json, "remote_schedule_count");
  for_each_worker_number([&](std::string_view name, auto&& number_field) {
    const auto values = get<std::vector<Json>>(json, fmt::format("{}_per_worker", name));
    if (measurement.workers.size() < values.size()) measurement.workers.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      set_number(number_field(measurement.workers[i]), values[i]);
    }
  });
  read_account(measurement, json);
  read_estimates(row, json);
  if (json.contains("greedy_lower_ns")) {
    row.greedy_bounds = theory::MakespanBounds{.lower = get<double>(json, "greedy_lower_ns"),
                                               .upper = get<double>(json, "greedy_upper_ns")};
  }
  for (const auto& thief : get<std::vector<std::vector<std::uint64_t>>>(json, "steal_matrix")) {
    measurement.steals.insert(measurement.steals.end(), thief.begin(), thief.end());
  }
  for (const Latency& latency : kLatencies) {
    const std::string name = fmt::format("{}_histogram", latency.name);
    if (!json.contains(name)) continue;
    const auto upper_ns = get<std::vector<std::uint64_t>>(json[name], "upper_ns");
    const auto counts = get<std::vector<std::uint64_t>>(json[name], "counts");
    if (upper_ns.size() != counts.size()) throw SpecError("\"" + name + "\" has uneven lists");
    for (std::size_t i = 0; i < counts.size(); ++i) {
      (row.*latency.histogram).add_bin(upper_ns[i], counts[i]);
    }
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
  for (const Latency& latency : kLatencies) add_latency(json, latency.name, row.*latency.histogram);
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
  row.repetitions = get<std::uint32_t>(json, "repetitions");
  row.repetition_index = get<std::uint32_t>(json, "repetition_index");
  row.scheduler = get<std::string>(json, "scheduler");
  row.scheduler_spec = get<std::string>(json, "scheduler_spec");
  row.workload = get<std::string>(json, "workload");
  row.workload_spec = get<std::string>(json, "workload_spec");
  row.shape = get<std::string>(json, "shape");
  row.machine = get<std::string>(json, "machine");
  row.size = get<std::string>(json, "size");
  read_machine(row, json);
  row.workers = get<std::uint32_t>(json, "workers");
  row.seed = get<std::uint64_t>(json, "seed");
  row.position = get<std::uint32_t>(json, "position");
  const bool ended = json.contains("makespan_ns");
  if (!ended) row.error = get<std::string>(json, "error_message");
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
