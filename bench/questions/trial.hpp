// A run that a question needs: one scheduler on one workload, several times.
#pragma once

#include <cstdint>
#include <string>

#include "sched/core/job.hpp"

namespace loopsteal::questions {

/// Replication k of every trial has the seed `seed + k`, so trials on the same workload have the
/// same input and are compared in pairs.
struct Trial {
  std::string series;  ///< The curve that it belongs to.
  double x = 0;        ///< Its place on the curve.
  std::string scheduler;
  std::string workload;           ///< Empty if a program is run.
  std::string program = {};       ///< A scripted program (docs/scripts.md), run for its trace.
  std::string words = "asyncio";  ///< Dialect of the program, or "tokio-1.24".
  WorkerId workers = 1;
  std::string machine = "sim";
  std::string costs = "zero";  ///< In virtual time.
  std::uint32_t repetitions = 10;
  std::uint64_t shuffle_ties = 0;  ///< In virtual time: see SimSetup.

  [[nodiscard]] bool is_virtual() const { return machine == "sim"; }
};

/// Amount of work: 1 is the quick look, tests take a fraction, `--full` several times as much.
class Effort {
 public:
  static constexpr double kQuick = 1;
  static constexpr double kFull = 4;

  explicit Effort(double factor = kQuick) : factor_(factor) {}

  /// Requests (or other pieces) of a run that has `quick` of them in a quick look.
  [[nodiscard]] std::uint64_t pieces(std::uint64_t quick) const;
  /// Repetitions, if a quick look has `quick` of them; never fewer than a decision needs.
  [[nodiscard]] std::uint32_t repetitions(std::uint32_t quick = 10) const;
  /// Rounds on real threads, whose length is fixed.
  [[nodiscard]] std::uint32_t rounds(std::uint32_t quick = 7) const;

 private:
  double factor_;
};

}  // namespace loopsteal::questions
