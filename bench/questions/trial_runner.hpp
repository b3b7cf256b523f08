// Trial runner. Trials in virtual time run in parallel, as they do not disturb each other. Trials
// on threads run one by one, interleaved, when nothing else runs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/questions/evidence.hpp"

namespace loopsteal::questions {

/// A run did not end, or its answer is wrong. The message names it.
class LaboratoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// There are fewer CPUs than workers on real threads.
class TooFewCpus : public LaboratoryError {
 public:
  using LaboratoryError::LaboratoryError;
};

/// The caller's `stop` returned true.
class Stopped : public LaboratoryError {
 public:
  Stopped() : LaboratoryError("stopped") {}
};

struct LaboratoryOptions {
  std::uint64_t seed = 1;
  unsigned threads = 1;             ///< Threads that run trials in virtual time in parallel.
  std::uint32_t cpus = 1;           ///< Largest number of workers on real threads.
  std::function<bool()> stop = {};  ///< Called before each run, by any thread.
  /// Called after each run, by one thread at a time.
  std::function<void(std::size_t done, std::string_view name)> progress = {};
};

/// Total number of runs, for a progress display.
[[nodiscard]] std::size_t runs_of(std::span<const Trial> trials);

/// Runs all `trials` and keeps the named metrics of each. The same seed gives the same values in
/// virtual time, for any number of threads. Throws SpecError for trials that cannot run, and
/// LaboratoryError.
[[nodiscard]] Evidence measure(std::span<const Trial> trials,
                               std::span<const std::string_view> metrics,
                               const LaboratoryOptions& options);

}  // namespace loopsteal::questions
