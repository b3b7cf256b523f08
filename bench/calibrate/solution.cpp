#include "bench/calibrate/solution.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "bench/calibrate/lateness.hpp"
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
  Solver(const std::vector<ProbeRuns>& runs, std::size_t repetition, const MeasuredAlone& alone,
         bool whole)
      : runs_(runs), repetition_(repetition), alone_(alone), whole_(whole) {
    std::vector<double> known(count_of_unknowns());
    known[unknown_named("lock")] = rounded(alone.lock);
    known[unknown_named("steal_attempt")] = rounded(alone.look);
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
    const std::vector<std::string_view> common = {"run", "poll", "spawn", "callback"};
    solve_alone("shared_queue", common);
    solve_alone("work_stealing", common);
    solve_unpark();
    for (const std::string_view family : kFamilies) solve_moves(family);
    solve_lateness("event_loop", "wake_up", Lateness::of_handovers);
    solve_lateness("work_stealing", "wake_up", Lateness::of_handovers);
    solve_nap();
    // Who sleeps under the shared queue sleeps in the same places. From a nap all wake up alike.
    nap_as_a_loop("work_stealing");
    copy("wake_up", "work_stealing", "shared_queue");
    copy("nap", "work_stealing", "shared_queue");
    for (const std::string_view family : kFamilies) {
      solve_lateness(family, "client_late", Lateness::of_requests);
      solve_lateness(family, "timer_wake_up", Lateness::of_sleeps);
      ns(family)[unknown_named("client")] = rounded(alone_.client);
      shown(family)[unknown_named("client")] = alone_.client > 0;
    }
    return std::move(solution_);
  }

 private:
  void copy(std::string_view entry, std::string_view from, std::string_view to) {
    const std::size_t j = unknown_named(entry);
    ns(to)[j] = ns(from)[j];
    shown(to)[j] = shown(from)[j];
  }
  [[nodiscard]] double rounded(double ns) const { return whole_ ? std::round(ns) : ns; }
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
      if (runs.probe.pieces() > 0) continue;
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

  // What two workers need for the same pieces more than one does. For a job made ready elsewhere
  // that is its memory, the group's counter, and whatever of the queue both write.
  void solve_moves(std::string_view family) {
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_) {
      if (runs.probe.kind != ProbeKind::small_pieces || family_of(runs.probe) != family) continue;
      equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
      // Both have something to do all the time: who is awake is told by a token.
      equations.back().counts[unknown_named("unpark")] = 0;
    }
    std::vector<bool> wanted(count_of_unknowns());
    wanted[unknown_named("moved")] = wanted[unknown_named("piece")] = true;
    if (family == "work_stealing")
      wanted[unknown_named("steal_operation")] = wanted[unknown_named("stolen_job")] = true;
    solve_for(family, equations, wanted);
  }

  // The makespan of handovers in virtual time, in which workers take naps, shrinks with this; where
  // it meets that of the threads is the answer.
  void solve_nap() {
    const std::size_t nap = unknown_named("nap");
    for (const ProbeRuns& runs : runs_) {
      if (runs.probe.kind != ProbeKind::handovers) continue;
      const auto makespan = [&](Duration less) {
        CostModel costs = solution_.model("event_loop");
        costs.nap = less;
        return static_cast<double>(run_in_virtual_time(runs.probe, costs).makespan.count());
      };
      const Duration all = solution_.model("event_loop").wake_up;
      const double without = makespan(Duration::zero());
      const double saved = without - makespan(all);
      if (saved <= 0) return;
      const double share = (without - value_of(runs.makespans, repetition_)) / saved;
      ns("event_loop")[nap] =
          rounded(std::clamp(share, 0.0, 1.0) * static_cast<double>(all.count()));
      shown("event_loop")[nap] = true;
    }
  }

  void nap_as_a_loop(std::string_view family) {
    const std::size_t wake_up = unknown_named("wake_up");
    const std::size_t nap = unknown_named("nap");
    const double from_nap = ns("event_loop")[wake_up] - ns("event_loop")[nap];
    ns(family)[nap] = std::max(0.0, ns(family)[wake_up] - from_nap);
    shown(family)[nap] = shown("event_loop")[nap];
  }

  // What is late in virtual time, too (for wake-ups that are known, and as reactors count whole
  // milliseconds), is not this entry's.
  void solve_lateness(std::string_view family, std::string_view entry, Lateness lateness) {
    constexpr std::uint32_t kTimes = 20;
    const auto measured = alone_.late.find(lateness);
    if (measured == alone_.late.end()) return;
    const auto found = measured->second.find(family);
    if (found == measured->second.end()) return;
    const std::string_view scheduler =
        lateness == Lateness::of_handovers && family == "event_loop" ? "sharded_loops" : family;
    const double known =
        lateness_in_virtual_time(lateness, scheduler, kTimes, solution_.model(family));
    const std::size_t j = unknown_named(entry);
    ns(family)[j] = std::max(0.0, rounded(found->second - known));
    shown(family)[j] = true;
  }

  const std::vector<ProbeRuns>& runs_;
  const std::size_t repetition_;
  const MeasuredAlone& alone_;
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

Solution solve(const std::vector<ProbeRuns>& runs, std::size_t repetition,
               const MeasuredAlone& alone, bool whole) {
  return Solver(runs, repetition, alone, whole).solve();
}

}  // namespace loopsteal
