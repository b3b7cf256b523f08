// What checks run on: runs of points that are counted, side by side on some threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "bench/measure/run_once.hpp"

namespace loopsteal::checks {

/// A run whose answer is wrong, or a check that makes no sense as asked.
class CheckError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What all checks have in common. Any thread.
struct Ledger {
  std::atomic<std::uint64_t> runs{0};      ///< In virtual time: each has checked its own books.
  std::atomic<std::uint64_t> breaches{0};  ///< Those whose books did not balance.
};

struct WorkbenchOptions {
  std::uint64_t seed = 1;
  double scale = 1;      ///< Of the number of jobs, in (0, 1].
  std::string examples;  ///< The folder of workloads/examples.
};

/// Of one check. Its member functions may be called from the bodies of each().
class Workbench {
 public:
  /// A run takes its seed from the replication's number; there are fewer than this in a check.
  static constexpr std::uint64_t kReplicationsMax = 1'000;

  /// `ledger` outlives it.
  Workbench(const WorkbenchOptions& options, Ledger& ledger) : options_(options), ledger_(ledger) {}

  [[nodiscard]] const WorkbenchOptions& options() const { return options_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

  /// `jobs` of a run of full length, at the length asked for.
  [[nodiscard]] std::uint64_t scaled(std::uint64_t jobs) const;

  /// The seed of a replication: of one number the same in all checks, so that they meet the same
  /// arrivals.
  [[nodiscard]] std::uint64_t seed_of(std::uint32_t replication) const {
    return options_.seed * kReplicationsMax + replication;
  }

  /// Runs `point` and checks its answer and its books: the machine those of its time, this one that
  /// all jobs stolen are in the matrix of steals, if there is one. Throws CheckError for a wrong
  /// answer, SimError for books that do not balance, SpecError for a point that cannot be run.
  RunOutcome run(const Point& point);

  /// body(0) .. body(count - 1), in any order, on all threads that are free.
  void each(std::uint32_t count, const std::function<void(std::uint32_t)>& body);

  /// Requests served so far, and CPU time of each() on other threads than the check's own.
  [[nodiscard]] std::uint64_t jobs() const { return jobs_; }
  [[nodiscard]] Duration helped() const { return Duration(helped_ns_); }

  /// Something to be said beside the verdict. The check's own thread.
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
