#include "bench/calibrate/solution.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "bench/calibrate/operation_counts.hpp"
#include "bench/measure/statistics.hpp"

namespace loopsteal {
namespace {

// What takes less than this share of every probe cannot be told from noise.
constexpr double kShownShare = 0.005;

double value_of(const std::vector<double>& values, std::size_t repetition) {
  return repetition == kMedians ? median(values) : values[repetition];
}

std::string_view family_of(const Probe& probe) {
  const std::string_view name =
      std::string_view(probe.scheduler).substr(0, probe.scheduler.find(':'));
  return name == "sharded_loops" ? "event_loop" : name;
}

/// Solves family after family, and for each one matter after the other.
class Solver {
 public:
  Solver(const std::vector<ProbeRuns>& runs, std::size_t repetition, double lock, double look,
         bool whole)
      : runs_(runs), repetition_(repetition), whole_(whole) {
    std::vector<double> known(count_of_unknowns());
    known[unknown_named("lock")] = whole ? std::round(lock) : lock;
    known[unknown_named("steal_attempt")] = whole ? std::round(look) : look;
    for (const std::string_view family : kFamilies) {
      solution_.ns.emplace(family, known);
      std::vector<bool> shown(count_of_unknowns());
      shown[unknown_named("lock")] = true;
      shown[unknown_named("steal_attempt")] = family == "work_stealing";
      solution_.shown.emplace(family, shown);
    }
  }

  Solution solve() {
    solve_alone("event_loop", {});
    // What a task and the reactor do by themselves is the same everywhere.
    const std::vector<std::string_view> common = {"run", "poll", "task", "callback"};
    solve_alone("shared_queue", common);
    solve_alone("work_stealing", common);
    solve_unpark();
    solve_steals();
    for (const std::string_view family : kFamilies) solve_moved(family);
    solve_wake_up("event_loop");
    solve_wake_up("work_stealing");
    // Who sleeps under the shared queue sleeps in the same places.
    const std::size_t wake_up = unknown_named("wake_up");
    ns("shared_queue")[wake_up] = ns("work_stealing")[wake_up];
    shown("shared_queue")[wake_up] = true;
    return std::move(solution_);
  }

 private:
  [[nodiscard]] std::vector<double>& ns(std::string_view family) {
    return solution_.ns.find(family)->second;
  }
  [[nodiscard]] std::vector<bool>& shown(std::string_view family) {
    return solution_.shown.find(family)->second;
  }

  // The median of a probe's counts is that of any: for one worker they are all the same.
  [[nodiscard]] const std::vector<double>& counts(const ProbeRuns& runs) const {
    if (runs.probe.workers == 1) return runs.counts.front();
    return runs.counts[repetition_ == kMedians ? runs.counts.size() / 2 : repetition_];
  }

  // Solves for `wanted` unknowns of a family, the others being known.
  void solve_for(std::string_view family, const std::vector<CostEquation>& equations,
                 const std::vector<bool>& wanted) {
    std::vector<CostPrior> priors;
    for (std::size_t j = 0; j < wanted.size(); ++j) {
      priors.push_back({.usual_ns = usual_ns_of_unknown(j)});
      if (!wanted[j]) priors.back().fixed_ns = ns(family)[j];
    }
    const std::vector<double> values =
        whole_ ? solve_whole_costs(equations, priors) : solve_costs(equations, priors);
    for (std::size_t j = 0; j < wanted.size(); ++j) {
      if (!wanted[j]) continue;
      for (const CostEquation& equation : equations) {
        const double usual = std::max(values[j], usual_ns_of_unknown(j));
        if (equation.counts[j] * usual > kShownShare * equation.time_ns) shown(family)[j] = true;
      }
      ns(family)[j] = shown(family)[j] ? values[j] : 0;
    }
  }

  // From runs of one worker. `known` unknowns are as the event loop has them.
  void solve_alone(std::string_view family, const std::vector<std::string_view>& known) {
    std::vector<CostEquation> equations;
    std::vector<bool> wanted(count_of_unknowns());
    for (const ProbeRuns& runs : runs_) {
      if (family_of(runs.probe) != family || runs.probe.workers != 1) continue;
      if (runs.probe.pieces() + runs.probe.long_pieces() > 0) continue;
      equations.push_back({counts(runs), value_of(runs.makespans, repetition_)});
      for (std::size_t j = 0; j < wanted.size(); ++j)
        wanted[j] = wanted[j] || equations.back().counts[j] > 0;
    }
    wanted[unknown_named("moved")] = false;  // The root task, from outside: once a run.
    wanted[unknown_named("lock")] = wanted[unknown_named("steal_attempt")] = false;
    for (const std::string_view name : known) {
      const std::size_t j = unknown_named(name);
      ns(family)[j] = ns("event_loop")[j];
      shown(family)[j] = shown("event_loop")[j];
      wanted[j] = false;
    }
    solve_for(family, equations, wanted);
  }

  // The time that both workers of the handovers were awake, less what is known of it. The same
  // call, whoever makes it.
  void solve_unpark() {
    for (const std::string_view name : {"push_remote", "pop_remote"}) {
      const std::size_t j = unknown_named(name);
      ns("event_loop")[j] = ns("shared_queue")[j];  // An inbox is such a queue, too.
      shown("event_loop")[j] = true;
    }
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_)
      if (runs.probe.kind == ProbeKind::handovers)
        equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
    std::vector<bool> wanted(count_of_unknowns());
    wanted[unknown_named("unpark")] = true;
    solve_for("event_loop", equations, wanted);
    const std::size_t unpark = unknown_named("unpark");
    for (const std::string_view family : kFamilies) {
      ns(family)[unpark] = ns("event_loop")[unpark];
      shown(family)[unpark] = true;
    }
  }

  void solve_steals() {
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_)
      if (runs.probe.kind == ProbeKind::small_pieces)
        equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
    std::vector<bool> wanted(count_of_unknowns());
    for (const std::string_view name : {"steal_operation", "stolen_job", "piece"})
      wanted[unknown_named(name)] = true;
    solve_for("work_stealing", equations, wanted);
  }

  // What a job's data takes from one worker's cache to the other's, and the counter that all of a
  // group share.
  void solve_moved(std::string_view family) {
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_)
      if (runs.probe.kind == ProbeKind::long_pieces && family_of(runs.probe) == family)
        equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
    std::vector<bool> wanted(count_of_unknowns());
    wanted[unknown_named("moved")] = wanted[unknown_named("long_piece")] = true;
    solve_for(family, equations, wanted);
  }

  // The makespan in virtual time grows with the wake-up; where it meets that of the threads is the
  // answer.
  void solve_wake_up(std::string_view family) {
    const ProbeKind kind =
        family == "event_loop" ? ProbeKind::slow_handovers : ProbeKind::fork_rounds;
    for (const ProbeRuns& runs : runs_) {
      if (runs.probe.kind != kind || family_of(runs.probe) != family) continue;
      CostModel costs = solution_.model(family);
      const auto makespan = [&](Duration wake_up) {
        costs.wake_up = wake_up;
        return static_cast<double>(run_in_virtual_time(runs.probe, costs).makespan.count());
      };
      constexpr Duration kTrial{10'000};
      const double without = makespan(Duration::zero());
      const double slope = (makespan(kTrial) - without) / static_cast<double>(kTrial.count());
      const std::size_t wake_up = unknown_named("wake_up");
      const double left = value_of(runs.makespans, repetition_) - without;
      const double value = slope > 0 ? std::max(0.0, left / slope) : 0;
      ns(family)[wake_up] = whole_ ? std::round(value) : value;
      shown(family)[wake_up] = slope > 0;
    }
  }

  const std::vector<ProbeRuns>& runs_;
  const std::size_t repetition_;
  const bool whole_;
  Solution solution_;
};

}  // namespace

CostModel Solution::model(std::string_view family) const {
  CostModel costs;
  const std::vector<double>& values = ns.find(family)->second;
  for (std::size_t i = 0; i < cost_entries().size(); ++i)
    cost_entries()[i].of(costs) = Duration(std::llround(values[i]));
  return costs;
}

Solution solve(const std::vector<ProbeRuns>& runs, std::size_t repetition, double lock, double look,
               bool whole) {
  return Solver(runs, repetition, lock, look, whole).solve();
}

}  // namespace loopsteal
