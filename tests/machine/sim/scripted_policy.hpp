// A policy whose decisions a test makes.
#pragma once
#include <functional>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/machine/sim/sim_machine.hpp"

namespace loopsteal {

/// Keeps what is made ready in one queue and asks `decide` for every step. Submitting wakes nobody.
class ScriptedPolicy final : public PolicyDefaults {
 public:
  using TestMachine = SimMachine<NullObserver>;
  static constexpr Reactors kReactors = Reactors::shared;

  explicit ScriptedPolicy(TestMachine& machine) : machine_(machine) {}

  void submit(Job& job, ReadyCause cause) noexcept {
    machine_.made_ready(machine_.current(), job, cause);
    ready.push_back(job);
  }
  bool submit_at(Timer&) noexcept { return false; }
  bool cancel(Timer&) noexcept { return false; }
  void begin_run() noexcept {}
  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  [[nodiscard]] bool conserves_work() const noexcept { return false; }
  [[nodiscard]] std::size_t queue_depth(WorkerId) const noexcept { return ready.size(); }
  [[nodiscard]] Step step(WorkerId w) noexcept { return decide(w); }
  [[nodiscard]] Duration park_spin() const noexcept override { return spin; }

  /// By default: the oldest ready job, or sleep where finished I/O wakes.
  std::function<Step(WorkerId)> decide = [this](WorkerId) { return run_or_park(); };

  [[nodiscard]] Step run_or_park() {
    Job* const job = ready.pop_front();
    return job != nullptr ? Step::run(*job) : Step::park(kForever);
  }

  JobQueue ready;
  Duration spin{};  ///< See the concept Policy.

 private:
  TestMachine& machine_;
};
static_assert(Machine<ScriptedPolicy::TestMachine>);
static_assert(Policy<ScriptedPolicy>);

}  // namespace loopsteal
