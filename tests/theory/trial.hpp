// One long virtual run whose answer theory knows, and how it is judged: the estimate has to lie in
// a band around that answer, and its own interval has to be narrower than the band. So a run that
// is too short to tell fails, and does not pass.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal::theory {

/// `requests` from outside the workers, with a mean service time of 1 ms: the unit of all times
/// here.
struct Trial {
  std::string scheduler;  ///< A spec.
  WorkerId workers = 1;
  double load = 0.9;
  std::uint64_t count = 1'000'000;  ///< Requests; the first tenth is deleted.
  std::string_view service = "exp";
  SimSetup sim = {};
  std::uint64_t seed = 1;
};

struct Outcome {
  std::vector<double> waits;     ///< In the order of arrivals, without the first tenth.
  std::vector<double> sojourns;  ///< Likewise.
  Measurement measurement;       ///< Of the whole run.
  std::uint64_t count = 0;       ///< Requests in it.
};

/// Runs it. The invariants of virtual time are checked on the way (sim_invariants.hpp): Little's
/// law, jobs given and taken, each worker's account and, where the policy promises it, that nobody
/// was idle while work waited. Throws if they do not balance.
[[nodiscard]] Outcome run(const Trial& trial);

struct Estimate {
  double value = 0;
  double half_width = 0;  ///< Of a 95 % interval from 20 batch means.
};

/// The mean of what `of` makes of each value.
[[nodiscard]] Estimate mean(const std::vector<double>& values,
                            const std::function<double(double)>& of = nullptr);
/// The quantile of all values; its interval is from those of the batches.
[[nodiscard]] Estimate quantile(const std::vector<double>& values, double share);

/// Fails the test unless `estimate` is within `band` (0.02 is 2 %) of `expected` and narrower than
/// that. Prints both in any case.
void expect_near(std::string_view what, const Estimate& estimate, double expected, double band);
/// What expect_near() judges by.
[[nodiscard]] bool in_band(const Estimate& estimate, double expected, double band);

}  // namespace loopsteal::theory
