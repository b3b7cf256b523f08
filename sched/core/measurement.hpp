// Result of one run: plain data, complete once every worker is quiet.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Operations inside a scheduler. Machine::charge() reports each once, where it happens: threads
/// count it, virtual CPUs count it and charge its cost. So both kinds of run have the same
/// operations, and none can be forgotten.
enum class Op : std::uint8_t {
  push_local,       ///< A job made ready on a worker, into that worker's own queue.
  push_remote,      ///< A job made ready on a worker, into that worker's own queue.
  pop_local,        ///< A job taken from the worker's own queue.
  pop_remote,       ///< A job made ready elsewhere or outside: injector, inbox, shared queue.
  lifo_poll,        ///< A job run from the LIFO slot right after the one that woke it.
  forced_yield,     ///< A job put to the back because the budget was used up.
  overflow,         ///< A full run queue that moved half of itself to the injector.
  steal_attempt,    ///< A look into a victim's queue.
  steal_operation,  ///< A look that brought jobs.
  stolen_job,       ///< A job brought by a steal.
  search,           ///< A worker that became searching.
  park,             ///< A worker that went to sleep.
  noop_park,        ///< A park of a worker that had run nothing since it last woke.
  unpark,           ///< A worker woken by another.
  timer_insert,
  timer_cancel,
  timer_fire,
  poll,           ///< A look at the descriptors without waiting.
  iteration,      ///< An event loop's iteration.
  slow_callback,  ///< A job that ran longer than an event loop in debug mode tolerates.
  count_
};
inline constexpr std::size_t kOps = static_cast<std::size_t>(Op::count_);

/// One worker's part of a run. Times are real or virtual, depending on the machine.
struct WorkerStats {
  Duration busy{};                    ///< Awake and not searching.
  Duration searching{};               ///< Awake, with nothing found to run.
  Duration parked{};                  ///< Asleep.
  std::uint64_t poll_count = 0;       ///< Jobs run.
  std::uint64_t local_run_count = 0;  ///< Jobs run on the worker where they were made ready.
  std::array<std::uint64_t, kOps> ops{};

  [[nodiscard]] std::uint64_t operator[](Op op) const noexcept {
    return ops[static_cast<std::size_t>(op)];
  }
};

/// Results that only a run in virtual time has.
struct VirtualAccount {
  std::uint64_t trace_hash = 0;  ///< Hash of all events: the same for the same run.
  std::uint64_t events = 0;
  Duration idle_while_work_waited{};  ///< Time of sleeping workers, at most one for a ready job.
};

struct Measurement {
  Duration makespan{};  ///< From the submission of the root task to its end.
  std::vector<WorkerStats> workers;
  std::uint64_t remote_schedule_count = 0;  ///< Jobs made ready from outside the workers.
  /// Jobs, at [thief * workers + victim]. Empty if there are too many workers for such a matrix.
  std::vector<std::uint64_t> steals;
  std::optional<VirtualAccount> virtual_account;  ///< Only for runs in virtual time.

  // With an observer of delays; empty otherwise. One histogram of all workers, in ns, with the bins
  // of observe/delays.hpp.
  std::vector<std::uint64_t> schedule_latency_bins;  ///< From made ready to run.
  std::vector<std::uint64_t> poll_time_bins;         ///< From run to release of the worker.

  [[nodiscard]] std::uint64_t total(Op op) const noexcept {
    std::uint64_t sum = 0;
    for (const WorkerStats& worker : workers) sum += worker[op];
    return sum;
  }
};

}  // namespace loopsteal
