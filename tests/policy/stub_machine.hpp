// A machine without threads and without a clock: a test says what time it is, which worker is at
// work and whose I/O has finished, and reads back what the policy asked of its machine.
//
// Interleavings finer than a step are made with `on_charge` and `on_asked_whether_finishing`: what
// they do happens in the middle of the step that calls them, as another thread's doing would.
#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sched/atomics.hpp"
#include "sched/contract.hpp"

namespace loopsteal::testing {

/// The point in time `duration` after the beginning of a test.
constexpr TimePoint at(Duration duration) noexcept { return TimePoint(duration); }

class StubMachine {
 public:
  using Atomics = StdAtomics;

  /// One thread runs a test, so a lock that is taken twice would wait for itself.
  class Mutex {
   public:
    explicit Mutex(StubMachine&) noexcept {}
    void lock() noexcept {
      EXPECT_FALSE(std::exchange(locked_, true)) << "this lock is held already";
    }
    void unlock() noexcept {
      EXPECT_TRUE(std::exchange(locked_, false)) << "this lock is not held";
    }

   private:
    bool locked_ = false;
  };
  using BriefMutex = Mutex;

  struct Steal {
    WorkerId thief, victim;
    std::uint64_t jobs;
    friend bool operator==(const Steal&, const Steal&) = default;
  };
  struct Ready {
    WorkerId worker;
    const Job* job;
    ReadyCause cause;
  };
  struct Slow {
    WorkerId worker;
    Duration duration;
    friend bool operator==(const Slow&, const Slow&) = default;
  };
  using Ops = std::array<std::uint64_t, kOps>;

  explicit StubMachine(WorkerId workers)
      : tokens(workers), finished(workers), ops_(workers), workers_(workers) {}

  // ---- Concept Machine --------------------------------------------------------------------------

  [[nodiscard]] WorkerId workers() const noexcept { return workers_; }
  [[nodiscard]] WorkerId current() const noexcept { return worker; }
  [[nodiscard]] TimePoint now() const noexcept { return time; }
  [[nodiscard]] bool finishing() const noexcept {
    if (on_asked_whether_finishing) std::exchange(on_asked_whether_finishing, nullptr)();
    return stopping;
  }
  void unpark(WorkerId w) noexcept {
    unparked.push_back(w);
    tokens[w] = true;
  }
  void poll(WorkerId w, JobQueue& done) noexcept {
    polls.push_back(w);
    done.splice_back(finished[shared_reactor ? 0 : w]);
  }
  [[nodiscard]] bool may_have_io(WorkerId) noexcept { return true; }
  void charge(WorkerId w, Op op, std::uint64_t n) noexcept {
    ops_[w][static_cast<std::size_t>(op)] += n;
    if (on_charge) on_charge(w, op);
  }
  void charge_outside(Op op, std::uint64_t n) noexcept {
    outside_ops_[static_cast<std::size_t>(op)] += n;
  }
  void stolen(WorkerId thief, WorkerId victim, std::uint64_t n) noexcept {
    steals.push_back({thief, victim, n});
  }
  void made_ready(WorkerId w, Job& job, ReadyCause cause) noexcept {
    job.ready_on = w;
    job.cause = cause;
    ready.push_back({w, &job, cause});
  }
  void taken_back(WorkerId, Job& job) noexcept {
    std::erase_if(ready, [&](const auto& each) { return each.job == &job; });
  }
  void on_inline_run(WorkerId, const Job& job) noexcept { gone_on.push_back(&job); }
  void warn_slow(WorkerId w, Duration duration) noexcept { slow.push_back({w, duration}); }

  // ---- For tests --------------------------------------------------------------------------------

  [[nodiscard]] std::uint64_t count(WorkerId w, Op op) const {
    return ops_[w][static_cast<std::size_t>(op)];
  }
  [[nodiscard]] std::uint64_t count(Op op) const {
    std::uint64_t sum = 0;
    for (const Ops& ops : ops_) sum += ops[static_cast<std::size_t>(op)];
    return sum;
  }
  [[nodiscard]] std::uint64_t count_outside(Op op) const {
    return outside_ops_[static_cast<std::size_t>(op)];
  }
  /// Whom the policy has unparked since the last call, in order.
  [[nodiscard]] std::vector<WorkerId> take_unparked() { return std::exchange(unparked, {}); }

  WorkerId worker = kNoWorker;  ///< Who is at work: current().
  TimePoint time{};             ///< now().
  bool stopping = false;        ///< finishing().
  bool shared_reactor = false;  ///< All workers poll finished[0].

  std::vector<WorkerId> unparked;
  std::vector<bool> tokens;        ///< Left by unpark(); taken by whoever plays the machine.
  std::vector<JobQueue> finished;  ///< I/O that the next poll() finds.
  std::vector<WorkerId> polls;
  std::vector<Steal> steals;
  std::vector<Ready> ready;
  std::vector<const Job*> gone_on;  ///< Those that the policy ran without a step.
  std::vector<Slow> slow;
  std::function<void(WorkerId, Op)> on_charge;               ///< After each charge.
  mutable std::function<void()> on_asked_whether_finishing;  ///< Once.

 private:
  std::vector<Ops> ops_;
  Ops outside_ops_{};
  const WorkerId workers_;
};

static_assert(Machine<StubMachine>);

}  // namespace loopsteal::testing
