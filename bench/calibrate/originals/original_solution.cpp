#include "bench/calibrate/originals/original_solution.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/calibrate/least_squares.hpp"
#include "bench/calibrate/operation_counts.hpp"
#include "bench/calibrate/originals/micro_programs.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/statistics/quantile.hpp"

namespace loopsteal {
namespace {

// What takes less than this share of every micro program cannot be told from noise.
constexpr double kShownShare = 0.005;

// Own code, behind the entries.
enum Own : std::size_t { kTask, kPiece, kEvent, kHop, kOwnCount };
constexpr double kUsualOwnNs[] = {25, 5, 25, 10};

// What an interpreter takes for what takes a compiled program 1.
constexpr double kInterpreted = 100;

std::uint64_t scaled(double size, double scale) {
  return static_cast<std::uint64_t>(std::max(4.0, size * scale));
}

double value_of(const std::vector<double>& values, std::size_t repetition) {
  return repetition == kMedians ? median(values) : values[repetition];
}

// Those whose time is that of their operations: nobody sleeps, but for the last moments of alarms,
// of which the CPU time counts for that.
bool is_busy(const OriginalRun& micro) {
  return micro.workers == 1 && micro.program != "naps" && has_twin(micro);
}

std::vector<double> counts_of_micro(const OriginalRun& micro, const OriginalTarget& target) {
  const Measurement run = micro_in_virtual_time(micro, target, {});
  // The probe of calibrate has its own "own code", of which a yield has none.
  const Probe none{ProbeKind::lone_yields, std::string(target.scheduler), 1, 1};
  std::vector<double> counts = counts_of(none, run, 0);
  counts.resize(cost_entries().size());
  const OwnCode own = own_code_of(micro);
  for (const std::uint64_t count : {own.tasks, own.pieces, own.events, own.hops})
    counts.push_back(static_cast<double>(count));
  return counts;
}

/// Solves one matter after the other.
class Solver {
 public:
  Solver(const OriginalTarget& target, const std::vector<MicroRuns>& runs, std::size_t repetition)
      : target_(target), runs_(runs), repetition_(repetition) {
    solution_.entries.resize(cost_entries().size());
    solution_.shown.resize(cost_entries().size());
  }

  OriginalSolution solve() {
    solve_alone();
    // A deadline and another thread wake a sleeper in different ways, each measured for itself.
    solve_for_makespan("timer_wake_up", "naps", 1);
    if (!target_.two_loops.empty()) {
      solve_posts();
      solve_for_makespan("wake_up", "hand_overs", 2);
    } else {
      solve_for_makespan("unpark", "pokes", target_.workers);
      solve_for_makespan("wake_up", "forks", target_.workers);
      solve_for_makespan("stolen_job", "pieces", target_.workers);
    }
    return std::move(solution_);
  }

 private:
  void solve_alone() {
    std::vector<CostEquation> equations;
    for (const MicroRuns& runs : runs_) {
      if (!is_busy(runs.micro)) continue;
      const double time =
          value_of(runs.micro.program == "alarms" ? runs.cpu : runs.makespans, repetition_);
      equations.push_back({counts_of_micro(runs.micro, target_), time});
      const auto work = static_cast<double>(own_code_of(runs.micro).pieces);
      if (work > 0)  // Without what it is told to take.
        equations.back().time_ns -= work * static_cast<double>(runs.micro.setting("work"));
      equations.back().time_ns = std::max(equations.back().time_ns, 1.0);
    }
    solve(equations);
  }

  void solve(const std::vector<CostEquation>& equations) {
    const std::size_t entries = cost_entries().size();
    std::vector<CostPrior> priors;
    const double scale = target_.compiled ? 1 : kInterpreted;
    for (std::size_t j = 0; j < entries + kOwnCount; ++j) {
      const double usual = j < entries ? usual_ns_of_unknown(j) : kUsualOwnNs[j - entries];
      priors.push_back({.usual_ns = usual * scale});
      const bool counted = std::ranges::any_of(
          equations, [j](const CostEquation& each) { return each.counts[j] > 0; });
      // The root task comes from outside. What does so once in a run would stand for all that a run
      // takes to begin; a loop takes nothing else from an inbox, as posts go to its own queue.
      const bool of_root = j == unknown_named("moved") ||
                           (!target_.two_loops.empty() && j == unknown_named("pop_remote"));
      if (!counted || of_root) priors.back().fixed_ns = 0;
    }
    const bool whole = repetition_ == kMedians;
    const std::vector<double> values =
        whole ? solve_whole_costs(equations, priors) : solve_costs(equations, priors);
    for (std::size_t j = 0; j < entries; ++j) {
      for (const CostEquation& each : equations)
        if (each.counts[j] * values[j] > kShownShare * each.time_ns) solution_.shown[j] = true;
      solution_.entries[j] = solution_.shown[j] ? values[j] : 0;
    }
    solution_.task = values[entries + kTask];
    solution_.piece = values[entries + kPiece];
    solution_.event = values[entries + kEvent];
    solution_.hop = values[entries + kHop];
  }

  void set(std::string_view entry, double ns) {
    const std::size_t unknown = unknown_named(entry);
    ns = std::max(0.0, ns);
    solution_.entries[unknown] = repetition_ == kMedians ? std::round(ns) : ns;
    solution_.shown[unknown] = true;
  }

  // Of one post, and of many in a row: the loop is woken for the first of them alone.
  void solve_posts() {
    const MicroRuns* one = nullptr;
    const MicroRuns* many = nullptr;
    for (const MicroRuns& runs : runs_) {
      if (runs.micro.program != "posts") continue;
      (runs.micro.setting("posts") == 1 ? one : many) = &runs;
    }
    if (one == nullptr || many == nullptr) return;
    const auto round_ns = [this](const MicroRuns& runs) {
      return value_of(runs.makespans, repetition_) /
             static_cast<double>(runs.micro.setting("rounds"));
    };
    const auto further = static_cast<double>(many->micro.setting("posts") - 1);
    const double push = std::max(0.0, (round_ns(*many) - round_ns(*one)) / further);
    set("push_remote", push);
    set("unpark", round_ns(*one) - push);
  }

  // The makespan in virtual time grows with the entry; where it meets the original's is the answer.
  void solve_for_makespan(std::string_view entry, std::string_view program, WorkerId workers) {
    for (const MicroRuns& runs : runs_) {
      if (runs.micro.program != program || runs.micro.workers != workers) continue;
      const std::size_t unknown = unknown_named(entry);
      CostModel costs = solution_.model();
      const auto makespan = [&](Duration value) {
        cost_entries()[unknown].of(costs) = value;
        return ns_in_virtual_time(runs.micro, target_, costs) + own_ns(runs.micro);
      };
      const double measured = value_of(runs.makespans, repetition_);
      if (program == "naps" && target_.two_loops.empty()) {
        set(entry, nearest_on_grid(makespan, measured));
        continue;
      }
      constexpr Duration kTrial{10'000};
      const double without = makespan(Duration::zero());
      const double slope = (makespan(kTrial) - without) / static_cast<double>(kTrial.count());
      if (slope > 0) set(entry, (measured - without) / slope);
    }
  }

  // Where timers end at ticks, what naps are too long by goes up in steps, and sometimes down.
  template <class Makespan>
  static double nearest_on_grid(const Makespan& makespan, double measured) {
    constexpr std::int64_t kStepNs = 10'000;
    constexpr std::int64_t kMostNs = 4'000'000;
    double best = 0;
    double error = std::abs(makespan(Duration::zero()) - measured);
    for (std::int64_t ns = kStepNs; ns <= kMostNs; ns += kStepNs) {
      const double here = std::abs(makespan(Duration(ns)) - measured);
      if (here >= error) continue;
      error = here;
      best = static_cast<double>(ns);
    }
    return best;
  }

  // Of a program's own code, shared by the workers: virtual time has not been told of it.
  [[nodiscard]] double own_ns(const OriginalRun& micro) const {
    const OwnCode own = own_code_of(micro);
    const double sum = static_cast<double>(own.tasks) * solution_.task +
                       static_cast<double>(own.pieces) * solution_.piece;
    return sum / static_cast<double>(micro.workers);
  }

  const OriginalTarget& target_;
  const std::vector<MicroRuns>& runs_;
  const std::size_t repetition_;
  OriginalSolution solution_;
};

}  // namespace

std::vector<MicroRuns> micro_programs(const OriginalTarget& target, double scale) {
  const bool compiled = target.compiled;
  // A compiled operation is a twentieth of an interpreted one.
  const double much = scale * (compiled ? 20 : 1);
  const auto times = [much](double size) { return scaled(size, much); };
  std::vector<MicroRuns> runs;
  const auto add = [&runs](OriginalRun micro) { runs.push_back({std::move(micro)}); };
  add({"yields", {{"tasks", 64}, {"times", times(300)}}});
  add({"yields", {{"tasks", 1}, {"times", times(8'000)}}});
  add({"spawns", {{"tasks", 16}, {"rounds", times(400)}}});
  add({"spawns", {{"tasks", 4'000}, {"rounds", times(2)}}});
  add({"pieces", {{"tasks", 64}, {"rounds", times(60)}, {"work", 1'000}}});
  add({"events", {{"couples", 16}, {"times", 64}, {"rounds", times(4)}}});
  add({"hops", {{"capacity", 16}, {"couples", 1}, {"times", times(8'000)}}});
  add({"hops", {{"capacity", 16}, {"couples", 8}, {"times", times(1'000)}}});
  add({"time_outs", {{"timers", 256}, {"rounds", times(40)}}});
  add({"alarms", {{"tasks", compiled ? 10'000 : 3'000}, {"after", 2'000'000}}});
  add({"naps", {{"times", scaled(compiled ? 200 : 50, scale)}}});
  if (!target.two_loops.empty()) {
    add({"posts", {{"posts", 1}, {"rounds", scaled(500, scale)}}});
    add({"posts", {{"posts", 64}, {"rounds", scaled(100, scale)}}});
    add({"hand_overs", {{"times", scaled(1'000, scale)}}, {}, 2});
  }
  if (target.workers > 1) {
    add({"injections", {{"times", scaled(100, scale)}}});
    add({"forks", {{"rounds", scaled(60, scale)}}, {}, target.workers});
    add({"pokes", {{"rounds", scaled(400, scale)}, {"work", 100'000}}, {}, target.workers});
    add({"pieces",
         {{"tasks", 2'000}, {"rounds", scaled(10, scale)}, {"work", 1'000}},
         {},
         target.workers});
  }
  return runs;
}

CostModel OriginalSolution::model() const {
  CostModel costs;
  for (std::size_t i = 0; i < cost_entries().size(); ++i)
    cost_entries()[i].of(costs) = Duration(std::llround(entries[i]));
  return costs;
}

OriginalSolution solve_original(const OriginalTarget& target, const std::vector<MicroRuns>& runs,
                                std::size_t repetition) {
  return Solver(target, runs, repetition).solve();
}

double WorkloadShare::ns(const OriginalSolution& solution) const noexcept {
  return tasks * solution.task + pieces * solution.piece + events * solution.event +
         hops * solution.hop;
}

std::vector<WorkloadShare> workload_shares() {
  // Of ping_pong both tasks of a pair account, for a task and an event each. Of pipeline whoever
  // receives does: four stages, which compute, and the last one, which does not.
  return {{"requests", 1, 1, 0, 0},         {"ping_pong", 1, 0, 1, 0},
          {"yield_many", 0, 0, 0, 0},       {"fan_out", 1, 1, 0, 0},
          {"pipeline", 0, 0.8, 0, 1},       {"timers", 1, 0, 0, 0},
          {"spawn_many_local", 1, 0, 0, 0}, {"chained_spawn", 1, 0, 0, 0}};
}

double ns_without_twin(const OriginalRun& micro, const OriginalSolution& solution) {
  const auto entry = [&](std::string_view name) { return solution.entries[unknown_named(name)]; };
  const auto ways = static_cast<double>(samples_of(micro).value_or(0));
  if (micro.program == "posts") {
    const auto posts = static_cast<double>(micro.setting("posts"));
    return ways * (posts * entry("push_remote") + entry("unpark"));
  }
  return ways * (entry("wake_up") + entry("pop_remote") + entry("run"));
}

std::string origin_of(const OriginalTarget& target, std::string_view entry) {
  const bool loops = !target.two_loops.empty();
  if (entry == "timer_wake_up")
    return "median of by how much naps, one after the other, are too long";
  if (entry == "wake_up") {
    return loops ? "median round trip of call_soon_threadsafe between two loops, a CPU each"
                 : "makespan of forks to a sleeping worker";
  }
  if (entry == "push_remote") return "call_soon_threadsafe, many in a row to a loop";
  if (entry == "unpark") {
    return loops ? "call_soon_threadsafe, one, less push_remote"
                 : "makespan of a task that often wakes a worker";
  }
  if (entry == "stolen_job") return "makespan of small pieces on 2 workers";
  return "least squares over runs of micro programs on one worker";
}

}  // namespace loopsteal
