// Runs points for checks, in parallel on some threads, and counts them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "bench/measure/run_once.hpp"

namespace loopsteal::checks {

/// A run's answer is wrong, or a check makes no sense with these options.
class CheckError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// State common to all checks. Any thread.
struct Ledger {
  std::atomic<std::uint64_t> runs{0};      ///< In virtual time, each with its accounting.
  std::atomic<std::uint64_t> breaches{0};  ///< Runs whose accounting did not balance.
};

struct WorkbenchOptions {
  std::uint64_t seed = 1;
  double scale = 1;      ///< Of the number of jobs, in (0, 1].
  std::string examples;  ///< The folder of workloads/examples.
};

/// Workbench of one check. The bodies of each() may call its member functions.
class Workbench {
 public:
  /// A run takes its seed from the replication's number; a check has fewer replications than this.
  static constexpr std::uint64_t kReplicationsMax = 1'000;

  /// `ledger` outlives it.
  Workbench(const WorkbenchOptions& options, Ledger& ledger) : options_(options), ledger_(ledger) {}

  [[nodiscard]] const WorkbenchOptions& options() const { return options_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

  /// The number of jobs of a run, `jobs` at full length, at the requested length.
  [[nodiscard]] std::uint64_t scaled(std::uint64_t jobs) const;

  /// Seed of a replication: the same for one number in all checks, so that they have the same
  /// arrivals.
  [[nodiscard]] std::uint64_t seed_of(std::uint32_t replication) const {
    return options_.seed * kReplicationsMax + replication;
  }

  /// Runs `point` and checks its answer and its accounting: the machine checks its own times, and
  /// this function that all stolen jobs are in the steal matrix, if there is one. Throws CheckError
  /// for a wrong answer, SimError if the accounting does not balance, SpecError for a point that
  /// cannot run.
  RunOutcome run(const Point& point);

  /// Runs body(0) .. body(count - 1), in any order, on all free threads.
  void each(std::uint32_t count, const std::function<void(std::uint32_t)>& body);

  /// Requests served so far, and CPU time of each() on threads other than the check's own.
  [[nodiscard]] std::uint64_t jobs() const { return jobs_; }
  [[nodiscard]] Duration helped() const { return Duration(helped_ns_); }

  /// Adds a note to the verdict. Only on the check's own thread.
  void note(std::string text) { note_ = std::move(text); }
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  const WorkbenchOptions options_;
  Ledger& ledger_;
  std::atomic<std::uint64_t> jobs_{0};
  std::atomic<std::int64_t> helped_ns_{0};
  std::string note_;
};

/// CPU time of the calling thread so far.
Duration thread_cpu_time();

/// A point in virtual time, from texts as the command line takes them. Throws SpecError.
Point virtual_point(std::string_view scheduler, std::string_view workload, WorkerId workers,
                    std::string_view costs = "zero");

}  // namespace loopsteal::checks
