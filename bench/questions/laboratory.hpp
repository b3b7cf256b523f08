// Where trials are run. Those in virtual time go side by side, as they do not disturb each other;
// those on threads one by one, interleaved, when nothing else runs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/questions/evidence.hpp"

namespace loopsteal::questions {

/// A run that did not end, or whose answer is wrong. The message says which.
class LaboratoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// There are fewer CPUs than workers on real threads.
class TooFewCpus : public LaboratoryError {
 public:
  using LaboratoryError::LaboratoryError;
};

/// `stop` said so.
class Stopped : public LaboratoryError {
 public:
  Stopped() : LaboratoryError("stopped") {}
};

struct LaboratoryOptions {
  std::uint64_t seed = 1;
  unsigned threads = 1;             ///< That run trials in virtual time side by side.
  std::uint32_t cpus = 1;           ///< Workers that real threads may have.
  std::function<bool()> stop = {};  ///< Asked before each run, by any thread.
  /// Told after each run, by one thread at a time.
  std::function<void(std::size_t done, std::string_view name)> progress = {};
};

/// Runs in all, for a measure of progress.
[[nodiscard]] std::size_t runs_of(std::span<const Trial> trials);

/// Runs all `trials` and keeps of each the metrics named. The same seed gives the same values in
/// virtual time, whatever the number of threads. Throws SpecError for trials that cannot be run,
/// and LaboratoryError.
[[nodiscard]] Evidence measure(std::span<const Trial> trials,
                               std::span<const std::string_view> metrics,
                               const LaboratoryOptions& options);

}  // namespace loopsteal::questions
