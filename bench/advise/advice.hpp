// Advice: which scheduler, with how many workers and which knobs, keeps the objectives at the least
// cost; who comes after it; what that hangs on; and whether it holds where nothing was chosen by.
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
  std::vector<std::string> schedulers;  ///< Specs that can be made, the simplest first.
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

/// What becomes of the choice when something is other than assumed.
struct Variation {
  std::string what;  ///< "load +10 %".
  Standing choice = Standing::open;
  bool overloaded = false;        ///< It is offered more than it can do.
  std::optional<Candidate> best;  ///< What would be chosen instead, or again.
};

/// The choice at seeds at which nothing was chosen.
struct AdviceCheck {
  std::uint64_t seed = 0;  ///< Of its first replication.
  Evidence choice;
  Standing choice_standing = Standing::open;
  std::optional<Evidence> fewer;  ///< With one worker fewer; none for one worker.
  Standing fewer_standing = Standing::open;
  bool fewer_overloaded = false;  ///< Its queue grows without end, whatever a finite run says.

  [[nodiscard]] bool passed() const {
    const bool none_fewer = !fewer || fewer_overloaded || fewer_standing == Standing::broken;
    return choice_standing == Standing::kept && none_fewer;
  }
};

struct Advice {
  std::optional<Candidate> choice;
  Evidence evidence;                 ///< Of the choice.
  std::vector<Advised> schedulers;   ///< In the order of the question.
  std::vector<Candidate> undecided;  ///< That cost no more, but are too near to a limit to tell.
  std::vector<Variation> variations;
  std::vector<std::string> not_varied;  ///< And why.
  std::optional<AdviceCheck> check;
  std::uint64_t replications = 0;  ///< Of the search.
  std::uint64_t requests = 0;      ///< In a replication of the choice; 0: they are not counted.
  bool trustworthy = true;         ///< Whether the choice's runs are long enough.
};

/// Told when a step begins: how many are done, how many there are at most, and its name.
using AdviceProgress =
    std::function<void(std::size_t done, std::size_t steps, std::string_view name)>;

/// Throws Stopped, and SpecError for objectives of which the demand's runs say nothing.
Advice advise(const AdviceQuestion& question, const WorkloadCatalog& workloads,
              const AdviceProgress& progress = {});

/// What is asked for when no scheduler is named: the simplest first, and those knobs that decide
/// who waits for whom.
std::vector<std::string> usual_schedulers();

}  // namespace loopsteal
