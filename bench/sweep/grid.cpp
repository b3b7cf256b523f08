#include "bench/sweep/grid.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/measure.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/ties.hpp"
#include "bench/sweep/grid_file.hpp"
#include "bench/sweep/grid_size.hpp"
#include "bench/sweep/spec_choices.hpp"
#include "sched/catalog.hpp"
#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

constexpr Named<Size> kSizes[] = {{"small", Size::small}, {"full", Size::full}};
constexpr Named<Observe> kObserve[] = {{"off", Observe::off}, {"delays", Observe::delays}};
constexpr std::string_view kMachines[] = {"threads", "sim"};
constexpr Named<std::uint64_t> kAuto[] = {{"auto", 0}};
constexpr Named<std::uint32_t> kAutoCpus[] = {{"auto", 0}};
constexpr Named<std::uint64_t> kTies[] = {{"auto", kTiesAuto}, {"no", 0}, {"yes", kTiesYes}};

void set_machine(Point& point, std::string_view text) {
  if (std::ranges::find(kMachines, text) == std::end(kMachines)) {
    throw SpecError(
        fmt::format("There is no machine \"{}\".{}", text, did_you_mean(text, kMachines)));
  }
  point.machine = text;
}

void set_costs(Point& point, std::string_view text) { point.costs = parse_costs(text); }

void set_precision(Point& point, std::string_view text) {
  if (text == "off") {
    point.precision = 0;
    return;
  }
  if (!text.ends_with('%')) {
    throw SpecError(fmt::format("\"{}\" is no precision: write a percentage, as in 0.5%.", text));
  }
  text.remove_suffix(1);
  point.precision = parse_real(text, Thousandths{10, 50'000}) / 100;
}

// A key that spans the grid. The setters are those of the knobs that mean the same elsewhere.
struct Axis {
  std::string_view name;
  void (*set)(Point&, std::string_view text);
};
constexpr std::array kAxes = {
    Axis{"machine", set_machine},
    Axis{"cpus", knob<&Point::cpus, Range{1, 65'536}, kAutoCpus>("cpus", "", "").set},
    Axis{"workers", knob<&Point::workers, Range{1, 65'535}>("workers", "", "").set},
    Axis{"size", knob<&Point::size, kSizes>("size", "", "").set},
    Axis{"costs", set_costs},
    Axis{"shuffle-ties",
         knob<&Point::shuffle_ties, Range{0, Range{}.high}, kTies>("shuffle-ties", "", "").set},
    Axis{"precision", set_precision},
    Axis{"requests", knob<&Point::requests, Range{1, 100'000'000}, kAuto>("requests", "", "").set},
    Axis{"observe", knob<&Point::observe, kObserve>("observe", "", "").set},
    Axis{"seed", knob<&Point::seed, Range{0, Range{}.high}>("seed", "", "").set}};

// Keys with one value a grid.
constexpr std::array<std::string_view, 6> kSingle = {"repetitions", "terminating", "warmup",
                                                     "slo",         "slo-load",    "slo-width"};

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys(kSingle.begin(), kSingle.end());
  std::ranges::transform(kAxes, std::back_inserter(keys), &Axis::name);
  return keys;
}

// Calls `action`, and says where in the file the trouble is if it throws.
template <class Action>
auto at(const std::string& name, Place place, Action action) {
  try {
    return action();
  } catch (const SpecError& error) {
    reject_at(name, place, error.what());
  }
}

bool has_knob(const std::vector<KnobRow>& knobs, std::string_view key) {
  return std::ranges::find(knobs, key, &KnobRow::name) != knobs.end();
}

struct PlacedPoint {
  Point point;
  Place scheduler;
  Place workload;
};

// One grid of a file.
class Grid {
 public:
  Grid(const GridTable& table, const std::string& name, const GridReading& reading)
      : table_(table), name_(name), reading_(reading), search_(read_search()) {}

  std::vector<PlannedPoint> points() const {
    const std::uint32_t repetitions = read_repetitions();
    std::vector<PlannedPoint> planned;
    const std::vector<PlacedPoint> placed = all_points();
    for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
      for (const PlacedPoint& one : placed) {
        planned.push_back({.point = one.point,
                           .repetitions = repetitions,
                           .repetition_index = repetition,
                           .search = search_});
        planned.back().point.seed += repetition;
        planned.back().point.repetitions = repetitions;
      }
    }
    return planned;
  }

 private:
  // --- Keys with one value ---

  const PlacedText* single(std::string_view key) const {
    const std::vector<PlacedText>* const values = table_.find(key);
    if (values == nullptr) return nullptr;
    if (values->size() != 1) {
      reject_at(name_, values->front().place, fmt::format("\"{}\" takes one value.", key));
    }
    return &values->front();
  }

  std::uint32_t read_repetitions() const {
    const PlacedText* const value = single("repetitions");
    if (value == nullptr) return 1;
    return at(name_, value->place, [&] {
      return static_cast<std::uint32_t>(parse_integer(value->text, kGridRepetitions));
    });
  }

  WarmUpChoice read_warm_up() const {
    const PlacedText* const value = single("warmup");
    if (value == nullptr) return {};
    if (terminating()) {
      reject_at(name_, value->place,
                "A terminating run counts every request; leave out the warmup.");
    }
    return at(name_, value->place, [&] { return parse_warm_up(value->text); });
  }

  bool terminating() const {
    const PlacedText* const value = single("terminating");
    return value != nullptr && at(name_, value->place, [&] { return parse_switch(value->text); });
  }

  std::optional<SloSearch> read_search() const {
    const PlacedText* const written = single("slo");
    if (!reading_.slo && written == nullptr) return std::nullopt;
    SloSearch search;
    if (reading_.slo) {
      search.slo = parse_slo(*reading_.slo);
    } else {
      search.slo = at(name_, written->place, [&] { return parse_slo(written->text); });
    }
    Place place = written == nullptr ? table_.place : written->place;
    const auto share = [](const PlacedText& value) {
      return parse_real(value.text, Thousandths{0, 1'000});
    };
    if (const auto* const loads = table_.find("slo-load")) {
      place = loads->front().place;
      if (loads->size() != 2) reject_at(name_, place, "\"slo-load\" takes two loads.");
      search.load_low = at(name_, place, [&] { return share(loads->front()); });
      search.load_high = at(name_, loads->back().place, [&] { return share(loads->back()); });
    }
    if (const PlacedText* const width = single("slo-width")) {
      place = width->place;
      search.width = at(name_, place, [&] { return share(*width); });
    }
    at(name_, place, [&] { check(search); });
    return search;
  }

  // --- Keys that span the grid ---

  std::vector<PlacedPoint> all_points() const {
    std::vector<PlacedPoint> points;
    const std::vector<SpecChoice> chosen_schedulers = scheduler_choices();
    for (const SpecChoice& workload : workload_choices()) {
      for (const SpecChoice& scheduler : chosen_schedulers) {
        Point point;
        point.machine = "sim";
        point.shuffle_ties = kTiesAuto;
        point.size = Size::full;
        point.terminating = terminating();
        point.warm_up = read_warm_up();
        point.scheduler = scheduler.spec;
        point.workload = workload.spec;
        span(points, {point, scheduler.place, workload.place}, 0);
      }
    }
    return points;
  }

  std::vector<SpecChoice> scheduler_choices() const {
    if (table_.schedulers.empty()) {
      reject_at(name_, table_.place, "The key \"scheduler\" is missing.");
    }
    const auto check = [](const Spec& spec) { static_cast<void>(canonical_scheduler(spec)); };
    const auto knows = [](std::string_view owner, std::string_view key) {
      const SchedulerInfo* const info = find_scheduler(owner);
      return key == "preset" || (info != nullptr && has_knob(info->knobs, key));
    };
    return choices_of(table_.schedulers, name_, {check, knows});
  }

  std::vector<SpecChoice> workload_choices() const {
    if (table_.workloads.empty()) {
      reject_at(name_, table_.place, "The key \"workload\" is missing.");
    }
    const auto check = [this](const Spec& spec) {
      static_cast<void>(reading_.workloads.named(spec.name).canonical(spec, Size::full));
    };
    const auto knows = [this](std::string_view owner, std::string_view key) {
      return has_knob(reading_.workloads.named(owner).knobs(Size::full), key);
    };
    return choices_of(table_.workloads, name_, {check, knows});
  }

  // With every combination of the values of the axes from `axis` on.
  void span(std::vector<PlacedPoint>& points, const PlacedPoint& placed, std::size_t axis) const {
    if (axis == kAxes.size()) {
      points.push_back(finished(placed));
      return;
    }
    const std::vector<PlacedText>* const values = table_.find(kAxes[axis].name);
    if (values == nullptr) return span(points, placed, axis + 1);
    for (const PlacedText& value : *values) {
      PlacedPoint one = placed;
      at(name_, value.place, [&] { kAxes[axis].set(one.point, value.text); });
      span(points, one, axis + 1);
    }
  }

  // --- What a combination has to be ---

  PlacedPoint finished(PlacedPoint placed) const {
    Point& point = placed.point;
    if (search_) drop_load(placed);
    if (point.cpus == 0) point.cpus = largest_workers(point.workers);
    normalise(point);
    check_machine(placed);
    const bool foreign = is_foreign(point.scheduler.name) && point.is_virtual();
    point = at(name_, foreign ? placed.scheduler : placed.workload,
               [&] { return checked(point, reading_.workloads); });
    check_load(placed);
    return placed;
  }

  // CPUs that every scheduler of the grid finds there.
  std::uint32_t largest_workers(std::uint32_t own) const {
    const std::vector<PlacedText>* const values = table_.find("workers");
    if (values == nullptr) return own;
    std::uint32_t largest = own;
    for (const PlacedText& value : *values) {
      const std::int64_t workers = at(name_, value.place, [&] {
        return parse_integer(value.text, Range{1, 65'536});
      });
      largest = std::max(largest, static_cast<std::uint32_t>(workers));
    }
    return largest;
  }

  static void normalise(Point& point) {
    if (has_one_worker(point.scheduler.name)) point.workers = 1;
    if (point.is_virtual()) {
      point.costs = point.costs.for_scheduler(point.scheduler.name);
      return;
    }
    point.requests = 0;
    point.terminating = false;
    point.warm_up = {};
    point.costs = {};
    point.shuffle_ties = 0;
    point.cpus = 0;
  }

  void drop_load(PlacedPoint& placed) const {
    Spec& workload = placed.point.workload;
    if (!has_knob(reading_.workloads.named(workload.name).knobs(placed.point.size), "load")) {
      reject_at(name_, placed.workload,
                fmt::format("{} has no load that an SLO could set.", workload.name));
    }
    std::erase_if(workload.settings, [](const auto& setting) { return setting.first == "load"; });
  }

  void check_machine(const PlacedPoint& placed) const {
    const Point& point = placed.point;
    if (point.is_virtual()) {
      if (point.precision == 0 || single("repetitions") == nullptr) return;
      reject_at(name_, single("repetitions")->place,
                "A precision decides how many replications it takes; leave out the repetitions.");
    }
    if (search_) {
      reject_at(name_, table_.place,
                "The load for an SLO is searched in virtual time only: take machine = \"sim\".");
    }
    if (point.precision > 0) {
      reject_at(name_, table_.find("precision")->front().place,
                "A precision is for virtual time; on threads, more repetitions narrow intervals.");
    }
    if (point.workers <= reading_.workers_carried) return;
    const std::vector<PlacedText>& workers = *table_.find("workers");
    const auto culprit =
        std::ranges::find(workers, std::to_string(point.workers), &PlacedText::text);
    reject_at(name_, (culprit == workers.end() ? workers.front() : *culprit).place,
              fmt::format("{} workers on real threads would measure how the kernel shares {} CPUs, "
                          "not the scheduler.",
                          point.workers, reading_.workers_carried));
  }

  // A queue that only grows has no steady state; a search begins at a load of its own.
  void check_load(const PlacedPoint& placed) const {
    const Point& point = placed.point;
    const std::optional<OpenLoop> loop = open_loop_of(point, reading_.workloads);
    if (search_ && !loop) {
      reject_at(name_, placed.workload, "Only requests that arrive on their own have a load.");
    }
    if (search_ || !point.is_virtual() || !loop || !loop->arrivals) return;
    if (loop->load < 1 || point.terminating) return;
    reject_at(name_, placed.workload,
              fmt::format("The load of {} on {} is {:.4g} of what its workers can do, so the queue "
                          "grows for as long as requests arrive. Take a load below 1, or "
                          "terminating = true.",
                          to_string(point.workload), to_string(point.scheduler), loop->load));
  }

  const GridTable& table_;
  const std::string& name_;
  const GridReading& reading_;
  const std::optional<SloSearch> search_;
};

}  // namespace

std::vector<PlannedPoint> read_grid(std::string_view text, const std::string& name,
                                    const GridReading& reading) {
  std::vector<PlannedPoint> planned;
  std::set<std::string> contents;
  const std::vector<GridTable> tables = read_grid_file(text, name, known_keys());
  check_size(tables, kSingle, name, reading.memory);
  for (const GridTable& table : tables) {
    for (PlannedPoint& one : Grid(table, name, reading).points()) {
      if (contents.insert(to_line(to_json(one))).second) planned.push_back(std::move(one));
    }
  }
  return planned;
}

}  // namespace loopsteal
