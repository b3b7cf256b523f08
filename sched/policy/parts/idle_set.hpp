// The workers that are awake, searching and parked, and the choice of the worker to wake: Tokio's
// protocol (runtime/scheduler/multi_thread/idle.rs).
//
// States. A worker is awake or parked. An awake worker may be searching: it is out of work and
// looks for jobs in the queues of other workers. One word counts the searching workers in its low
// 16 bits and the unparked workers above. A list under a lock has the parked workers, most recently
// parked first.
//
// Every new job needs one awake worker that will find it. A searching worker will. If all workers
// are awake, each looks before it parks. Otherwise one worker is woken, and wakes up searching. A
// searcher that finds work stops searching, and the last searcher to stop wakes another to search
// in its place. So wake-ups spread one by one, and stop when a search finds nothing.
//
// Invariant. searching <= unparked <= workers. The unparked half changes under the lock, together
// with the list; the searching half may change without.
//
// Proof that no job is left behind while workers sleep. Its submitter
//   (1) pushes it and announces that, by a seq_cst store to what counts the queue's jobs; then
//   (2) reads the word in worker_to_notify(), by a seq_cst load.
// A worker that parks
//   (3) takes itself off the word in transition_worker_to_parked(), by a seq_cst read-modify-write;
//       then, if it was the last searcher,
//   (4) looks at every queue once more, by seq_cst loads of what counts its jobs, and if there is
//       one, calls worker_to_notify() itself.
// All seq_cst operations have one order. If (2) reads a word older than (3), then (2) is before (3)
// in it, so (1) is before (4), which finds the job. All changes of the word are seq_cst, so the
// same goes for any of them in the place of (3).
// - (2) reads a word that has the last searcher's (3) in it: no worker searches, so the
//   submitter sees the sleeper and wakes it.
// - (2) reads an older word, in which a worker searches. The last searcher to stop either parks, by
//   a (3) that comes after (2), so that (4) finds the job; or it stops because it found work, in
//   transition_worker_from_searching(), and wakes another searcher, for which the same holds,
//   unless all workers are awake. Or, from then on, it looks at every queue as in (4), and wakes
//   another worker if there is a job: this stop comes after (2) as well.
// - (2) reads an older word, in which all workers are awake. Before all have parked, one of them
//   searches: the limit keeps a worker from searching only while others search in the word it
//   reads, and the worker that stopped searching last cannot read a word older than its own
//   change. From then on the case above holds.
// Acquire and release are too weak: (2) may then read a word older than (3), while (4) reads queues
// older than (1), so that each misses the other. A read-modify-write in (2) is enough, as in Tokio,
// but takes the word's cache line away from every worker that reads it, at every push.
//
// What the protocol does not promise: that a job waits only while all workers are busy. A worker
// that the limit keeps from searching parks without (4), trusting in the searchers; if the last of
// them finds other work at that moment and sees it still awake, the job waits until some worker
// looks again. Tokio is the same.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "sched/atomics.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/job.hpp"

namespace loopsteal {

struct IdleSetOptions {
  WorkerId workers = 1;  ///< 1 to 65535; all begin awake and not searching.
  /// How many may search at once, by the transition; woken workers search in any case.
  std::uint32_t searchers_max = 1;
  /// False: worker_to_notify() names no worker, for a policy whose workers take jobs from each
  /// other at times of their own.
  bool notifies = true;

  /// Tokio and Go: no more than half the workers, rounded up, as more would rather contend than
  /// find.
  static constexpr std::uint32_t half(WorkerId workers) noexcept { return (workers + 1) / 2; }

  /// A limit on searchers as users write it; kHalf: half().
  static constexpr std::uint32_t kHalf = 0;
  static constexpr std::uint32_t limit(std::uint32_t searchers, WorkerId workers) noexcept {
    return searchers == kHalf ? half(workers) : std::min(searchers, workers);
  }
};

/// The idle workers of one scheduler. Any thread may call any member, but a transition is called by
/// the worker that makes it. After construction nothing allocates; nothing waits but for the lock,
/// which is taken only when a worker parks or is woken.
template <class Mutex, class Atomics = StdAtomics>
class IdleSet {
 public:
  /// `mutex_arguments` construct the lock. Throws std::invalid_argument for counts out of range.
  template <class... MutexArguments>
  explicit IdleSet(IdleSetOptions options, MutexArguments&&... mutex_arguments)
      : workers_(valid(options).workers),
        searchers_max_(options.searchers_max),
        notify_below_(options.notifies ? options.workers : 0),
        word_(options.workers * kOneUnparked),
        mutex_(mutex_arguments...),
        nodes_(options.workers) {}

  IdleSet(const IdleSet&) = delete;
  IdleSet& operator=(const IdleSet&) = delete;

  /// After a push that has been announced: the worker to unpark for it, most recently parked first,
  /// or kNoWorker if none needs to be. The worker is off the list, awake and searching: the
  /// caller must unpark it.
  [[nodiscard]] WorkerId worker_to_notify() noexcept {
    // seq_cst: this is (2) of the proof.
    constexpr std::memory_order kSubmit =
        Atomics::order(Site::idle_set_submit, std::memory_order_seq_cst);
    if (!wants_waking(word_.load(kSubmit))) return kNoWorker;
    std::lock_guard lock(mutex_);
    // relaxed: not older than the read above, and the unparked half is guarded by the lock. A
    // worker that began to search since then parks after (2), so it finds the job.
    if (!wants_waking(word_.load(std::memory_order_relaxed))) return kNoWorker;
    // seq_cst: see the proof.
    word_.fetch_add(kOneUnparked + kOneSearching, std::memory_order_seq_cst);
    const WorkerId worker = most_recent_;
    leave(worker);
    return worker;
  }

  /// A worker out of work wants to search. False if enough do already: it parks without searching.
  /// The limit may be passed by as many as ask at the same time.
  [[nodiscard]] bool transition_worker_to_searching() noexcept {
    // relaxed: the limit need not be kept exactly.
    if (searching(word_.load(std::memory_order_relaxed)) >= searchers_max_) return false;
    word_.fetch_add(kOneSearching, std::memory_order_seq_cst);  // seq_cst: see the proof.
    return true;
  }

  /// A searcher found work. True if it was the last: the caller must wake another one to search in
  /// its place, if worker_to_notify() names one; it may look at every queue now, and let it be if
  /// there is no job.
  [[nodiscard]] bool transition_worker_from_searching() noexcept {
    // seq_cst: see the proof.
    const Word before = word_.fetch_sub(kOneSearching, std::memory_order_seq_cst);
    LOOPSTEAL_ASSERT(searching(before) != 0, "only a searcher stops searching");
    return searching(before) == 1;
  }

  /// A worker goes on the list, to park next. True if it was the last searcher: the caller must
  /// look at every queue again before it parks, and wake a worker, maybe itself, if there is a job.
  [[nodiscard]] bool transition_worker_to_parked(WorkerId worker, bool is_searching) noexcept {
    std::lock_guard lock(mutex_);
    LOOPSTEAL_ASSERT(!nodes_[worker].taken, "a parked worker does not park");
    // seq_cst: this is (3) of the proof.
    const Word before =
        word_.fetch_sub(kOneUnparked + (is_searching ? kOneSearching : 0),
                        Atomics::order(Site::idle_set_park, std::memory_order_seq_cst));
    join(worker);
    return is_searching && searching(before) == 1;
  }

  /// Takes `worker` off the list, awake and not searching: for one that woke by itself (a timer,
  /// I/O) or must be woken by name. False if it was not on the list: a notifier has taken it off,
  /// and it is searching.
  bool unpark_worker_by_id(WorkerId worker) noexcept {
    std::lock_guard lock(mutex_);
    if (!nodes_[worker].taken) return false;
    word_.fetch_add(kOneUnparked, std::memory_order_seq_cst);  // seq_cst: see the proof.
    leave(worker);
    return true;
  }

  /// Whether `worker` is on the list. If it is when its park returns, it has not been notified.
  [[nodiscard]] bool is_parked(WorkerId worker) const noexcept {
    std::lock_guard lock(mutex_);
    return nodes_[worker].taken;
  }

  /// How many are searching and how many are on the list: out of date at once; for watching.
  [[nodiscard]] std::uint32_t searching_count() const noexcept {
    return searching(word_.load(std::memory_order_relaxed));  // relaxed: a count.
  }
  [[nodiscard]] std::uint32_t parked_count() const noexcept {
    return workers_ - unparked(word_.load(std::memory_order_relaxed));  // relaxed: a count.
  }

 private:
  using Word = std::uint32_t;
  static constexpr Word kOneSearching = 1;
  static constexpr Word kOneUnparked = Word{1} << 16;

  /// A worker's place in the list of those parked, by number, so that any can leave at once.
  struct ListNode {
    WorkerId older = kNoWorker, newer = kNoWorker;
    bool taken = false;
  };

  static constexpr std::uint32_t searching(Word word) noexcept { return word & (kOneUnparked - 1); }
  static constexpr std::uint32_t unparked(Word word) noexcept { return word >> 16; }

  static const IdleSetOptions& valid(const IdleSetOptions& options) {
    if (options.workers < 1 || options.workers > std::numeric_limits<std::uint16_t>::max())
      throw std::invalid_argument("an idle set has 1 to 65535 workers");
    if (options.searchers_max < 1)
      throw std::invalid_argument("an idle set needs a searcher: searchers_max is at least 1");
    return options;
  }

  [[nodiscard]] bool wants_waking(Word word) const noexcept {
    return searching(word) == 0 && unparked(word) < notify_below_;
  }

  void join(WorkerId worker) noexcept {
    nodes_[worker] = {most_recent_, kNoWorker, true};
    if (most_recent_ != kNoWorker) nodes_[most_recent_].newer = worker;
    most_recent_ = worker;
  }

  void leave(WorkerId worker) noexcept {
    const ListNode node = nodes_[worker];
    (node.newer == kNoWorker ? most_recent_ : nodes_[node.newer].older) = node.older;
    if (node.older != kNoWorker) nodes_[node.older].newer = node.newer;
    nodes_[worker] = {};
  }

  // Read by all, written by none.
  const WorkerId workers_;
  const std::uint32_t searchers_max_;
  const WorkerId notify_below_;  ///< Workers unparked; 0: it names no worker.
  // Written by all.
  alignas(kCacheLineBytes) typename Atomics::template Atomic<Word> word_;
  // Guards what follows, and the unparked half of the word.
  alignas(kCacheLineBytes) mutable Mutex mutex_;
  std::vector<ListNode> nodes_;
  WorkerId most_recent_ = kNoWorker;
};

}  // namespace loopsteal
