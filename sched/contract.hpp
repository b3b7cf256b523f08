// A policy decides, a machine acts.
//
// Policies are written once, as templates over the machine they run on, and know neither threads
// nor virtual time: they own queues and answer one question, "what does worker w do next?".
// Machines own time and CPUs and carry the answer out. Each worker is thus a state machine that a
// thread, the simulator or a unit test cranks.
#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/job.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal {

class Completion;

/// A worker's decision: the one thing its CPU does next. Two words, so that it travels in
/// registers.
class Step {
 public:
  /// Run this job.
  static Step run(Job& job) noexcept {
    const auto word = reinterpret_cast<std::uintptr_t>(&job);
    if (word <= kParkInDriver) __builtin_unreachable();  // So that nobody asks runs() of it.
    return {word, {}};
  }
  /// Ask again at once.
  static Step look_again() noexcept { return {kLookAgain, {}}; }
  /// Sleep until `deadline` or unpark().
  static Step park(TimePoint deadline) noexcept { return {kPark, deadline}; }
  /// The same, in the place where finished I/O wakes the sleeper as well.
  static Step park_in_driver(TimePoint deadline) noexcept { return {kParkInDriver, deadline}; }

  [[nodiscard]] bool runs() const noexcept { return word_ > kParkInDriver; }
  [[nodiscard]] bool parks() const noexcept { return word_ == kPark || parks_in_driver(); }
  [[nodiscard]] bool parks_in_driver() const noexcept { return word_ == kParkInDriver; }
  [[nodiscard]] Job& job() const noexcept { return *reinterpret_cast<Job*>(word_); }
  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }

 private:
  static constexpr std::uintptr_t kLookAgain = 0, kPark = 1, kParkInDriver = 2;
  Step(std::uintptr_t word, TimePoint deadline) noexcept : word_(word), deadline_(deadline) {}

  std::uintptr_t word_;
  TimePoint deadline_;
};

/// Where finished I/O is waited for: one place for each worker, or one for all.
enum class Reactors : std::uint8_t { per_worker, shared };

/// What a policy may ask of the machine under it.
template <class M>
concept Machine = requires(M& m, const M& cm, WorkerId w, Job& job, JobQueue& done, Op op,
                           std::uint64_t n, ReadyCause cause) {
  { cm.workers() }
  noexcept->std::same_as<WorkerId>;
  { cm.current() }
  noexcept->std::same_as<WorkerId>;  // kNoWorker outside the workers.
  { cm.now() }
  noexcept->std::same_as<TimePoint>;
  { cm.finishing() }
  noexcept->std::same_as<bool>;  // The run is to end; do not park.
  { m.unpark(w) }
  noexcept;  // w's current or next park returns.
  { m.poll(w, done) }
  noexcept;  // Appends jobs whose I/O has finished; never waits.
  { m.may_have_io(w) }
  noexcept->std::same_as<bool>;  // False: poll() would find nothing.
  { m.charge(w, op, n) }
  noexcept;  // By worker w. Counted everywhere, billed in virtual time.
  { m.charge_outside(op, n) }
  noexcept;  // From outside the workers: counted only.
  { m.stolen(w, w, n) }
  noexcept;  // The first took n jobs from the second.
  { m.made_ready(w, job, cause) }
  noexcept;  // Before the job is pushed; w: where, or kNoWorker.
  { m.taken_back(w, job) }
  noexcept;  // Was made ready, and will not run; by worker w.
  { m.warn_slow(w, Duration{}) }
  noexcept;                // A job held its loop for that long.
  typename M::Atomics;     // As StdAtomics (atomics.hpp); plain memory where one thread runs all.
  typename M::Mutex;       // BasicLockable; in virtual time waiting is billed.
  typename M::BriefMutex;  // The same for what is held for a few stores: who waits stays awake.
  requires std::constructible_from<typename M::Mutex, M&>;
  requires std::constructible_from<typename M::BriefMutex, M&>;
};

/// True if a running job may resume another directly, without returning to the worker loop, after a
/// call of the machine's on_inline_run(). Not under an observer, which must see each run, nor in
/// virtual time, where a run is an event.
template <class M>
concept RunsInline = requires(M& m, WorkerId w, const Job& job) {
  { m.on_inline_run(w, job) }
  noexcept;
};

/// For operations that workers do and others do, too: `here` is Machine::current().
template <class M>
void charge_anywhere(M& machine, WorkerId here, Op op, std::uint64_t n = 1) noexcept {
  if (here == kNoWorker) return machine.charge_outside(op, n);
  machine.charge(here, op, n);
}

/// The longest that a worker may look for work before it finds a job that is there.
struct LongestSearch {
  std::uint64_t looks = 1;  ///< Operations, one after the other.
  Duration waits{};         ///< On top of them.
};

/// What a policy may do besides what Policy asks: hooks with defaults. A policy derives from this
/// publicly, is final, and marks its hooks `override`: so a misspelt hook does not compile, and
/// calls are direct, as the policy's type is known; a default inlines to nothing.
class PolicyDefaults {
 public:
  // ---- For the machine ----
  /// For how long a worker that parks stays awake and watches for what would wake it.
  [[nodiscard]] virtual Duration park_spin() const noexcept { return Duration::zero(); }
  /// Brings closer (fetch.hpp) what the next step of `w`, which is near, will touch.
  virtual void fetch(WorkerId /*w*/) const noexcept {}
  /// Jobs from outside in this run that the policy has counted itself, and not charged.
  [[nodiscard]] virtual std::uint64_t arrivals() const noexcept { return 0; }
  /// When the first timer is due that the policy keeps; kForever: it keeps none; none: it does not
  /// say. Asked in virtual time.
  [[nodiscard]] virtual std::optional<TimePoint> next_timer() const noexcept {
    return std::nullopt;
  }
  /// Asked in virtual time.
  [[nodiscard]] virtual LongestSearch longest_search(WorkerId workers) const noexcept {
    return {.looks = workers};
  }
  /// For how long the job that runs on the calling worker may still compute; the first call of a
  /// slice begins it. See Runtime::compute().
  [[nodiscard]] virtual Duration slice_left() noexcept { return Duration::max(); }
  /// The slice of `job`, which runs on the calling worker, is over: it is to run later.
  virtual void preempt(Job& /*job*/) noexcept {}

  // ---- For the runtime: see the members of Scheduler with these names ----
  [[nodiscard]] virtual bool take_back(Job& /*job*/) noexcept { return false; }
  [[nodiscard]] virtual Job* take_child(const Completion& /*joiner*/) noexcept { return nullptr; }
  virtual void spend_budget() noexcept {}
  [[nodiscard]] virtual bool has_budget() const noexcept { return true; }
  [[nodiscard]] virtual std::uint64_t iteration() const noexcept { return 0; }

 protected:
  PolicyDefaults() = default;
  ~PolicyDefaults() = default;
};

/// What a machine may ask of the policy it drives.
template <class P>
concept Policy = std::derived_from<P, PolicyDefaults> && std::is_final_v<P> &&
    requires(P& p, const P& cp, WorkerId w, Job& job, ReadyCause cause, Timer& timer) {
  { P::kReactors } -> std::convertible_to<Reactors>;
  { p.submit(job, cause) }
  noexcept;  // Any thread.
  { p.submit_at(timer) }
  noexcept->std::same_as<bool>;  // Any thread.
  { p.cancel(timer) }
  noexcept->std::same_as<bool>;  // Any thread.
  { p.step(w) }
  noexcept->std::same_as<Step>;  // Worker w alone.
  { p.begin_run() }
  noexcept;  // While no worker runs.
  { cp.may_leave(w) }
  noexcept->std::same_as<bool>;  // Worker w alone, when finishing.
  { cp.queue_depth(w) }
  noexcept->std::same_as<std::size_t>;  // Worker w alone; for traces.
  // If steps cost nothing, no worker sleeps while a job is ready; checked in virtual time.
  { cp.conserves_work() }
  noexcept->std::same_as<bool>;
};

}  // namespace loopsteal
