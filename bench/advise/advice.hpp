// Advice: the scheduler, the number of workers and the knobs that meet the objectives at the least
// cost; the runners-up, the sensitivity of the choice, and a check on fresh seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/advise/demand.hpp"
#include "bench/advise/elimination.hpp"
#include "bench/advise/simulation.hpp"

namespace loopsteal {

struct AdviceQuestion {
  Demand demand;
  std::vector<std::string> schedulers;  ///< Valid specs, the simplest first.
  WorkerId workers_max = 64;
  EliminationRule rule = {};
  SimulationOptions simulation;
};

/// One scheduler at its least number of workers.
struct Advised {
  std::string scheduler;
  LeastWorkers least;
  std::optional<Outcome> outcome;  ///< None if nobody looked at that number any closer.
  Evidence evidence;               ///< With the least number; with the largest if none will do.
  WorkerId workers = 1;            ///< Those of the evidence; 0 if there is none.
};

/// The choice under another assumption.
struct Variation {
  std::string what;  ///< "load +10 %".
  Standing choice = Standing::open;
  bool overloaded = false;        ///< Its load is more than it can serve.
  std::optional<Candidate> best;  ///< The choice under that assumption.
};

/// Check of the choice at seeds that the search did not use.
struct AdviceCheck {
  std::uint64_t seed = 0;  ///< Of its first replication.
  Evidence choice;
  Standing choice_standing = Standing::open;
  std::optional<Evidence> fewer;  ///< With one worker fewer; none for one worker.
  Standing fewer_standing = Standing::open;
  bool fewer_overloaded = false;  ///< Its queue grows without end, whatever a finite run shows.

  [[nodiscard]] bool passed() const {
    const bool none_fewer = !fewer || fewer_overloaded || fewer_standing == Standing::broken;
    return choice_standing == Standing::kept && none_fewer;
  }
};

struct Advice {
  std::optional<Candidate> choice;
  Evidence evidence;                 ///< Of the choice.
  std::vector<Advised> schedulers;   ///< In the order of the question.
  std::vector<Candidate> undecided;  ///< Cost no more, but are too near to a limit to tell.
  std::vector<Variation> variations;
  std::vector<std::string> not_varied;  ///< With the reason.
  std::optional<AdviceCheck> check;
  std::uint64_t replications = 0;  ///< Of the search.
  std::uint64_t requests = 0;      ///< In a replication of the choice; 0: not counted.
  bool trustworthy = true;         ///< The choice's runs are long enough.
};

/// Called when a step begins: steps done, steps at most, and the step's name.
using AdviceProgress =
    std::function<void(std::size_t done, std::size_t steps, std::string_view name)>;

/// Throws Stopped, and SpecError for objectives that the demand's runs cannot measure.
Advice advise(const AdviceQuestion& question, const WorkloadCatalog& workloads,
              const AdviceProgress& progress = {});

/// Default schedulers: the simplest first, with the knobs that decide which job waits for which.
std::vector<std::string> usual_schedulers();

}  // namespace loopsteal
