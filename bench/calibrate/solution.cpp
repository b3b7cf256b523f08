#include "bench/calibrate/solution.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "bench/calibrate/cost_family.hpp"
#include "bench/calibrate/lateness.hpp"
#include "bench/calibrate/operation_counts.hpp"
#include "bench/statistics/quantile.hpp"

namespace loopsteal {
namespace {

// What takes less than this share of every probe cannot be told from noise.
constexpr double kShownShare = 0.005;

double value_of(const std::vector<double>& values, std::size_t repetition) {
  return repetition == kMedians ? median(values) : values[repetition];
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
    for (const CostFamily& family : cost_families()) {
      solution_.ns.emplace(family.name, known);
      std::vector<bool> shown(count_of_unknowns());
      shown[unknown_named("lock")] = true;
      shown[unknown_named("steal_attempt")] = family.charges_for(Op::steal_attempt);
      solution_.shown.emplace(family.name, shown);
    }
  }

  Solution solve() {
    solve_alone(loops_, {});
    // What a task and the reactor do by themselves is the same everywhere.
    const std::vector<std::string_view> common = {"run", "poll", "spawn", "callback"};
    for (const CostFamily& family : cost_families())
      if (&family != &loops_) solve_alone(family, common);
    solve_unpark();
    for (const CostFamily& family : cost_families()) solve_moves(family);
    for (const CostFamily& family : cost_families())
      if (family.sleeps_by_itself()) solve_lateness(family, "wake_up", Lateness::of_handovers);
    solve_nap();
    // From a short idle all workers wake up alike.
    for (const CostFamily& family : cost_families())
      if (family.sleeps_by_itself() && &family != &loops_) nap_as_a_loop(family.name);
    for (const CostFamily& family : cost_families()) {
      if (family.sleeps_by_itself()) continue;
      copy("wake_up", family.sleeps_as, family.name);
      copy("nap", family.sleeps_as, family.name);
    }
    for (const CostFamily& family : cost_families()) {
      solve_lateness(family, "client_late", Lateness::of_requests);
      solve_lateness(family, "timer_wake_up", Lateness::of_sleeps);
      ns(family.name)[unknown_named("client")] = rounded(alone_.client);
      shown(family.name)[unknown_named("client")] = alone_.client > 0;
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

  // From runs of one worker. `known` unknowns are as the loops have them.
  void solve_alone(const CostFamily& of, const std::vector<std::string_view>& known) {
    const std::string_view family = of.name;
    std::vector<CostEquation> equations;
    std::vector<bool> wanted(count_of_unknowns());
    for (const ProbeRuns& runs : runs_) {
      if (&family_of_spec(runs.probe.scheduler) != &of || runs.probe.workers != 1) continue;
      if (runs.probe.pieces() > 0) continue;
      equations.push_back({counts(runs), value_of(runs.makespans, repetition_)});
      for (std::size_t j = 0; j < wanted.size(); ++j)
        wanted[j] = wanted[j] || equations.back().counts[j] > 0;
    }
    wanted[unknown_named("moved")] = false;  // The root task, from outside: once a run.
    wanted[unknown_named("lock")] = wanted[unknown_named("steal_attempt")] = false;
    for (const std::string_view name : known) {
      const std::size_t j = unknown_named(name);
      ns(family)[j] = ns(loops_.name)[j];
      shown(family)[j] = shown(loops_.name)[j];
      wanted[j] = false;
    }
    solve_for(family, equations, wanted);
  }

  // A loop's inbox is a queue under a lock, as that of a family all of whose jobs go through one.
  void copy_inbox() {
    const auto all = cost_families();
    const auto queue = std::ranges::find_if(all, [](const CostFamily& family) {
      return family.charges.every_run.contains(Op::push_remote);
    });
    if (queue == all.end()) return;
    for (const std::string_view name : {"push_remote", "pop_remote"}) {
      const std::size_t j = unknown_named(name);
      ns(loops_.name)[j] = ns(queue->name)[j];
      shown(loops_.name)[j] = true;
    }
  }

  // The time that both workers of the handovers were awake, less what is known of it. All families
  // make the same call.
  void solve_unpark() {
    copy_inbox();
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_)
      if (runs.probe.kind == ProbeKind::handovers)
        equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
    std::vector<bool> wanted(count_of_unknowns());
    wanted[unknown_named("unpark")] = true;
    solve_for(loops_.name, equations, wanted);
    const std::size_t unpark = unknown_named("unpark");
    for (const CostFamily& family : cost_families()) {
      ns(family.name)[unpark] = ns(loops_.name)[unpark];
      shown(family.name)[unpark] = true;
    }
  }

  // What two workers need for the same pieces more than one does. For a job made ready elsewhere
  // that is its memory, the group's counter, and whatever of the queue both write.
  void solve_moves(const CostFamily& family) {
    std::vector<CostEquation> equations;
    for (const ProbeRuns& runs : runs_) {
      if (runs.probe.kind != ProbeKind::small_pieces) continue;
      if (&family_of_spec(runs.probe.scheduler) != &family) continue;
      equations.push_back({counts(runs), value_of(runs.awake, repetition_)});
      // Both have something to do all the time: who is awake is told by a token.
      equations.back().counts[unknown_named("unpark")] = 0;
    }
    std::vector<bool> wanted(count_of_unknowns());
    wanted[unknown_named("moved")] = wanted[unknown_named("piece")] = true;
    if (family.charges_for(Op::steal_operation))
      wanted[unknown_named("steal_operation")] = wanted[unknown_named("stolen_job")] = true;
    solve_for(family.name, equations, wanted);
  }

  // The makespan of handovers in virtual time, in which workers take naps, shrinks with this; where
  // it meets that of the threads is the answer.
  void solve_nap() {
    const std::size_t nap = unknown_named("nap");
    for (const ProbeRuns& runs : runs_) {
      if (runs.probe.kind != ProbeKind::handovers) continue;
      const auto makespan = [&](Duration less) {
        CostModel costs = solution_.model(loops_.name);
        costs.nap = less;
        return static_cast<double>(run_in_virtual_time(runs.probe, costs).makespan.count());
      };
      const Duration all = solution_.model(loops_.name).wake_up;
      const double without = makespan(Duration::zero());
      const double saved = without - makespan(all);
      if (saved <= 0) return;
      const double share = (without - value_of(runs.makespans, repetition_)) / saved;
      ns(loops_.name)[nap] =
          rounded(std::clamp(share, 0.0, 1.0) * static_cast<double>(all.count()));
      shown(loops_.name)[nap] = true;
    }
  }

  void nap_as_a_loop(std::string_view family) {
    const std::size_t wake_up = unknown_named("wake_up");
    const std::size_t nap = unknown_named("nap");
    const double from_nap = ns(loops_.name)[wake_up] - ns(loops_.name)[nap];
    ns(family)[nap] = std::max(0.0, ns(family)[wake_up] - from_nap);
    shown(family)[nap] = shown(loops_.name)[nap];
  }

  // What is late in virtual time, too (for wake-ups that are known, and as reactors count whole
  // milliseconds), is not this entry's.
  void solve_lateness(const CostFamily& of, std::string_view entry, Lateness lateness) {
    const std::string_view family = of.name;
    constexpr std::uint32_t kTimes = 20;
    const auto measured = alone_.late.find(lateness);
    if (measured == alone_.late.end()) return;
    const auto found = measured->second.find(family);
    if (found == measured->second.end()) return;
    const std::string_view scheduler = lateness == Lateness::of_handovers ? of.several : of.alone;
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
  const CostFamily& loops_ = family_of_loops();
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
