// Measuring what a plan asks for and a folder does not have yet.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/progress.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/sweep/shard_file.hpp"
#include "bench/sweep/sweep_plan.hpp"

namespace loopsteal {

/// Which points of a plan are meant: every `of`-th, from the `index`-th on. Both count from 1.
struct Shard {
  std::size_t index = 1;
  std::size_t of = 1;
};

/// Reads "i/n". Throws SpecError unless 1 <= i <= n.
Shard parse_shard(std::string_view text);

struct SweepRunOptions {
  std::string folder;
  Shard shard = {};
  unsigned threads = 1;
  ProgressMode progress = ProgressMode::automatic;
  Json context;  ///< Of this program on this machine, now.
};

/// Measures the points of a shard of `plan` that no file in the folder has a row of. A point whose
/// run did not end counts as not measured.
///
/// Points in virtual time are measured side by side, each on one thread; when there are fewer of
/// them than threads, those with a precision come one after the other, on all threads. Points on
/// real threads come last, each alone. Rows stand in the file in the order in which they came; what
/// is in them depends neither on that order nor on the number of threads.
class SweepRun {
 public:
  /// Looks at the folder and opens the shard's file. All outlive the run. Throws ResultsError for
  /// damaged files and OutputError if nothing can be written.
  SweepRun(const SweepPlan& plan, const WorkloadCatalog& workloads, SweepRunOptions options);

  [[nodiscard]] std::size_t there_already() const { return there_already_; }
  [[nodiscard]] std::size_t left() const { return left_.size(); }

  /// Until all is measured or `stop` says true; it is asked from several threads at once. A point
  /// that is not complete by then is left out. Throws OutputError if a row cannot be kept.
  void run(const std::function<bool()>& stop);

  /// From then on nothing is written; a row under way is finished first. From any thread.
  void close();

 private:
  using Entry = SweepPlan::Entry;

  void measure_side_by_side(const std::vector<const Entry*>& entries, unsigned threads,
                            const std::function<bool()>& stop);
  void measure_one(const Entry& entry, unsigned threads, const std::function<bool()>& stop);
  void keep(const Entry& entry, Json row);

  const WorkloadCatalog& workloads_;
  const SweepRunOptions options_;
  std::size_t there_already_ = 0;  // Counted while left_ is made, so it comes before it.
  std::vector<const Entry*> left_;

  std::mutex mutex_;  // Of all below.
  std::unique_ptr<ShardWriter> writer_;
  Progress progress_;
  std::size_t done_ = 0;
  bool closed_ = false;
};

}  // namespace loopsteal
