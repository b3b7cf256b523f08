// What a question has run: one scheduler on one workload, several times.
#pragma once

#include <cstdint>
#include <string>

#include "sched/core/job.hpp"

namespace loopsteal::questions {

/// Replication k of every trial has the seed `seed + k`, so that trials on the same workload meet
/// the same input and are compared in pairs.
struct Trial {
  std::string series;  ///< Which curve it belongs to.
  double x = 0;        ///< Where on it.
  std::string scheduler;
  std::string workload;           ///< Empty where a program is run.
  std::string program = {};       ///< A scripted program (docs/scripts.md), run for its trace.
  std::string words = "asyncio";  ///< Of the program: or "tokio-1.24".
  WorkerId workers = 1;
  std::string machine = "sim";
  std::string costs = "zero";  ///< In virtual time.
  std::uint32_t repetitions = 10;
  std::uint64_t shuffle_ties = 0;  ///< In virtual time: see SimSetup.

  [[nodiscard]] bool is_virtual() const { return machine == "sim"; }
};

/// How much is run: 1 is the quick look, tests take a fraction, `--full` several times as much.
class Effort {
 public:
  static constexpr double kQuick = 1;
  static constexpr double kFull = 4;

  explicit Effort(double factor = kQuick) : factor_(factor) {}

  /// Requests (or other pieces) of a run which in a quick look has `quick` of them.
  [[nodiscard]] std::uint64_t pieces(std::uint64_t quick) const;
  /// Repetitions, where a quick look has `quick` of them; never fewer than decide anything.
  [[nodiscard]] std::uint32_t repetitions(std::uint32_t quick = 10) const;
  /// Rounds on real threads, which take as long as they take.
  [[nodiscard]] std::uint32_t rounds(std::uint32_t quick = 7) const;

 private:
  double factor_;
};

}  // namespace loopsteal::questions
