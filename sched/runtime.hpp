// The join of a policy and a machine: a Scheduler. All of our own schedulers are this class; only
// foreign ones (oneTBB) derive from Scheduler directly.
#pragma once
#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/coro/left_jobs.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/one_run.hpp"
#include "sched/core/scheduler.hpp"

namespace loopsteal {

template <template <class> class PolicyOn, Machine M, class O>
requires Policy<PolicyOn<M>>
class Runtime final : public Scheduler {
 public:
  using PolicyOptions = typename PolicyOn<M>::Options;

  struct Options {
    std::string name;
    typename M::Options machine;
    PolicyOptions policy;
    std::uint64_t seed = 0;
  };

  /// `observer` must outlive the scheduler.
  Runtime(Options options, O& observer)
      : Scheduler(std::move(options.name), M::kVirtualTime),
        machine_(
            options.machine, [this](Job& job) { submit(job, ReadyCause::unblocked); }, observer),
        policy_(machine_, options.policy, options.seed) {}

  ~Runtime() override {
    one_run_.check_none();
    // They submit until they end.
    if constexpr (requires { machine_.end_threads(); }) machine_.end_threads();
    // A root's frame may make another root's job ready while it is destroyed, so what is ready is
    // looked at while all frames that it belongs to are there.
    for (abandon_ready(); !roots_.empty(); abandon_ready()) roots_.pop_back();
  }

  void submit(Job& job, ReadyCause cause) noexcept override { policy_.submit(job, cause); }
  bool submit_at(Timer& timer) noexcept override { return policy_.submit_at(timer); }
  bool cancel(Timer& timer) noexcept override { return policy_.cancel(timer); }
  bool compute(Job& job, Work work) noexcept override {
    if constexpr (M::kVirtualTime) {
      return machine_.compute(job, work, policy_.slice_left());
    } else {
      return compute_and_yield(job, work);
    }
  }
  void block(BlockingCall& call) noexcept override { machine_.block(call); }
  bool start_io(Timer& request) noexcept override { return machine_.start_io(request); }
  bool cancel_io(Timer& request) noexcept override { return machine_.cancel_io(request); }
  bool watch(DescriptorWait& wait) noexcept override { return machine_.watch(wait); }
  bool unwatch(DescriptorWait& wait) noexcept override { return machine_.cancel(wait); }
  bool wait_outside(OutsideWait& wait) noexcept override { return machine_.wait_outside(wait); }
  [[nodiscard]] TimePoint now() const noexcept override { return machine_.now(); }
  [[nodiscard]] bool take_back(Job& job) noexcept override { return policy_.take_back(job); }
  [[nodiscard]] Job* take_child(const Completion& joiner) noexcept override {
    return policy_.take_child(joiner);
  }
  void spend_budget() noexcept override { policy_.spend_budget(); }
  [[nodiscard]] bool has_budget() const noexcept override { return policy_.has_budget(); }
  [[nodiscard]] std::uint64_t iteration() const noexcept override { return policy_.iteration(); }
  [[nodiscard]] WorkerId workers() const noexcept override { return machine_.workers(); }
  void stop() noexcept override { machine_.finish(); }

  void abandon_ready() noexcept override {
    detail::free_callbacks([this](JobQueue& left) {
      policy_.take_ready(left);
      if constexpr (requires { machine_.take_ready(left); }) machine_.take_ready(left);
    });
  }

  Measurement run(Task<void> root) override {
    detail::check_root(root);
    const OneRun::Turn turn(one_run_, name());
    roots_.push_back(std::make_unique<Root>(machine_, *this, std::move(root)));
    Root& main = *roots_.back();
    Measurement measurement;
    bool begun = false;
    try {
      measurement = machine_.run(policy_, [&] {
        begun = true;
        submit(main.task.promise().job, ReadyCause::spawned);
      });
    } catch (...) {
      main.awaited = false;  // The run broke off: a later one is not this root's.
      if (!begun) roots_.pop_back();
      throw;
    }
    main.awaited = false;
    const bool completed = main.ended;
    const std::exception_ptr error = std::move(main.error);
    drop_ended_roots();
    if (!completed) throw StoppedError();
    if (error) std::rethrow_exception(error);
    return measurement;
  }

  Measurement run_until_stopped() override {
    const OneRun::Turn turn(one_run_, name());
    Measurement measurement = machine_.run(policy_, [] {});
    drop_ended_roots();
    return measurement;
  }

 private:
  /// On threads no job can be stopped while it computes: its time slice is looked at when it is
  /// done, and the job then lets others go first if the slice is over.
  bool compute_and_yield(Job& job, Work work) noexcept {
    static_cast<void>(policy_.slice_left());  // The slice begins no later than this.
    machine_.compute(job, work);
    if (policy_.slice_left() > Duration::zero()) return false;
    policy_.preempt(job);
    return true;
  }

  /// A root task and what becomes of it. It outlives a run that stop() ended early.
  struct Root final : Completion {
    Root(M& machine_of_run, Scheduler& scheduler, Task<void> root)
        : machine(machine_of_run), task(timed(*this, std::move(root))) {
      task.promise().scheduler = &scheduler;
      task.promise().completion = this;
    }
    /// A root that is left from a stopped run may begin only now: the makespan is not its own.
    static Task<void> timed(const Root& self, Task<void> root) {
      if (self.awaited) self.machine.root_begins();
      co_await std::move(root);
    }
    void complete(PromiseBase& promise) noexcept override {
      ended = true;
      if (awaited) {
        machine.finish();  // The workers leave their loops; machine.run() joins them.
      } else if (error) {
        promise.scheduler->report_exception(std::move(error));
      }
    }
    void fail(std::exception_ptr escaped) noexcept override { error = std::move(escaped); }

    M& machine;
    Task<void> task;
    bool awaited = true;  ///< The run under way is its own, not one after a stop().
    bool ended = false;   ///< Written by a worker, read after it was joined; so is the error.
    std::exception_ptr error;
  };

  void drop_ended_roots() {
    std::erase_if(roots_, [](const auto& root) { return root->ended; });
  }

  OneRun one_run_;
  M machine_;
  PolicyOn<M> policy_;
  std::vector<std::unique_ptr<Root>> roots_;
};

}  // namespace loopsteal
