// Every policy, cranked in random order through random programs by something that plays a machine
// with sleeping workers: each job runs as often as it was made ready, and no worker sleeps on while
// there is work that it was to be woken for.
#include <deque>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/policy/random_stealing/policy.hpp"
#include "sched/policy/shared_queue/policy.hpp"
#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

/// What a random job may do when it runs.
enum class Action : std::uint8_t { end, yield, sleep, io, spawn_and_yield, call_outside, count_ };

template <template <class> class PolicyOn>
class Drain {
 public:
  using P = PolicyOn<testing::StubMachine>;

  Drain(WorkerId workers, const typename P::Options& options, std::uint64_t seed)
      : machine_(workers), policy_(machine_, options, seed), random_(seed), sleeps_(workers) {
    machine_.shared_reactor = P::kReactors == Reactors::shared;
    policy_.begin_run();
  }

  /// Runs `jobs` jobs in all, of which `at_once` come from outside at the beginning.
  void run(std::size_t jobs, std::size_t at_once) {
    jobs_wanted_ = jobs;
    while (jobs_.size() < at_once) spawn();
    for (std::size_t steps = 0; steps < 3'000'000; ++steps) {
      if (outstanding_ == 0) return check();
      if (!crank() && !pass_time()) {
        ADD_FAILURE() << outstanding_ << " jobs are left and all sleep for ever";
        return;
      }
    }
    ADD_FAILURE() << "it does not come to an end";
  }

 private:
  struct RandomJob : Job {
    std::uint64_t made_ready = 0, ran = 0;
    int turns_left = 0;
    Timer timer;
  };

  void spawn() {
    RandomJob& job = jobs_.emplace_back();
    job.turns_left = static_cast<int>(random_.next_below(6));
    ++outstanding_;
    submit(job, ReadyCause::spawned);
  }

  void submit(RandomJob& job, ReadyCause cause) {
    ++job.made_ready;
    policy_.submit(job, cause);
  }

  /// One step of a worker that is awake. False: none is.
  bool crank() {
    const WorkerId first = random_.next_below(machine_.workers());
    for (WorkerId i = 0; i < machine_.workers(); ++i) {
      const WorkerId w = (first + i) % machine_.workers();
      if (asleep(w)) continue;
      sleeps_[w] = Step::look_again();
      machine_.tokens[w] = false;
      machine_.worker = w;
      const Step step = policy_.step(w);
      if (step.runs()) {
        act(static_cast<RandomJob&>(step.job()));
      } else {
        sleeps_[w] = step;
      }
      machine_.worker = kNoWorker;
      machine_.time += Duration(random_.next_below(30'000));
      return true;
    }
    return false;
  }

  [[nodiscard]] bool asleep(WorkerId w) {
    const Step& step = sleeps_[w];
    if (!step.parks() || machine_.tokens[w] || step.deadline() <= machine_.time) return false;
    return !step.parks_in_driver() || machine_.finished[machine_.shared_reactor ? 0 : w].empty();
  }

  /// All sleep: goes on to the first deadline. False: there is none.
  bool pass_time() {
    TimePoint first = kForever;
    for (const Step& step : sleeps_) first = std::min(first, step.deadline());
    if (first == kForever) return false;
    machine_.time = std::max(machine_.time, first);
    return true;
  }

  void act(RandomJob& job) {
    ++job.ran;
    ++runs_;
    EXPECT_EQ(job.ran, job.made_ready) << "it ran without having been made ready";
    if (job.turns_left-- <= 0) {
      --outstanding_;
      if (jobs_.size() < jobs_wanted_) spawn();
      return;
    }
    act(job, static_cast<Action>(random_.next_below(static_cast<std::uint32_t>(Action::count_))));
  }

  void act(RandomJob& job, Action action) {
    switch (action) {
      case Action::sleep:
        job.timer = Timer{};
        job.timer.job = &job;
        job.timer.deadline = machine_.time + Duration(random_.next_below(3'000'000));
        ++job.made_ready;
        EXPECT_TRUE(policy_.submit_at(job.timer));
        return;
      case Action::io: {
        ++job.made_ready;
        const WorkerId here = std::exchange(machine_.worker, kNoWorker);
        machine_.finished[machine_.shared_reactor ? 0 : here].push_back(job);
        machine_.worker = here;
        return;
      }
      case Action::call_outside: {  // A thread that is no worker makes it ready again.
        const WorkerId here = std::exchange(machine_.worker, kNoWorker);
        submit(job, ReadyCause::unblocked);
        machine_.worker = here;
        return;
      }
      case Action::spawn_and_yield:
        for (std::uint32_t n = random_.next_below(8); n > 0 && jobs_.size() < jobs_wanted_; --n)
          spawn();
        [[fallthrough]];
      case Action::yield:
        return submit(job, ReadyCause::yielded);
      case Action::end:
      case Action::count_:
        return submit(job, ReadyCause::woken);
    }
  }

  void check() {
    EXPECT_EQ(jobs_.size(), jobs_wanted_);
    std::uint64_t made_ready = 0;
    for (const RandomJob& job : jobs_) {
      EXPECT_EQ(job.ran, job.made_ready);
      made_ready += job.made_ready;
    }
    EXPECT_EQ(runs_, made_ready);
    EXPECT_EQ(machine_.ready.size(), made_ready);  // Each was reported once.
    for (WorkerId w = 0; w < machine_.workers(); ++w) EXPECT_EQ(policy_.queue_depth(w), 0u);
  }

  testing::StubMachine machine_;
  P policy_;
  FastRandom random_;
  struct Sleep : Step {
    Sleep() : Step(Step::look_again()) {}
    Sleep& operator=(const Step& step) {
      static_cast<Step&>(*this) = step;
      return *this;
    }
  };
  std::vector<Sleep> sleeps_;
  std::deque<RandomJob> jobs_;
  std::size_t jobs_wanted_ = 0;
  std::size_t outstanding_ = 0;
  std::uint64_t runs_ = 0;
};

template <template <class> class PolicyOn>
void drain(const typename PolicyOn<testing::StubMachine>::Options& options, WorkerId workers_max) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (WorkerId workers = 1; workers <= workers_max; ++workers) {
      SCOPED_TRACE(std::to_string(workers) + " workers, seed " + std::to_string(seed));
      Drain<PolicyOn>(workers, options, seed).run(500, 1 + 40 * (seed % 4));
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(Drain, EventLoopsRunEveryJob) {
  for (const Placement placement :
       {Placement::round_robin, Placement::hash, Placement::least_loaded, Placement::random}) {
    EventLoopsOptions options;
    options.placement = placement;
    drain<EventLoops>(options, 4);
  }
}

TEST(Drain, ASharedQueueRunsEveryJob) { drain<SharedQueue>({}, 5); }

class DrainStealing : public ::testing::TestWithParam<const char*> {};

TEST_P(DrainStealing, RunsEveryJob) { drain<WorkStealing>(testing::options_of(GetParam()), 5); }

INSTANTIATE_TEST_SUITE_P(
    Settings, DrainStealing,
    ::testing::Values("", "preset=tokio-1.24", "preset=go-1.19", "preset=rayon", "queue_capacity=4",
                      "queue_capacity=2,overflow=first_half", "lifo_slot=off",
                      "lifo_slot=stealable", "searchers=1", "searchers=all,victim=random",
                      "steal=one", "steal=all,yield=global", "local_order=lifo", "yield=back",
                      "event_interval=1,global_queue_interval=1", "budget=1,lifo_cap=unlimited",
                      "local_order=lifo,steal=all", "steal_rounds=4,spread=pending"));

class DrainRandomStealing : public ::testing::TestWithParam<const char*> {};

TEST_P(DrainRandomStealing, RunsEveryJob) {
  drain<RandomStealing>(testing::random_options_of(GetParam()), 5);
}

INSTANTIATE_TEST_SUITE_P(Settings, DrainRandomStealing,
                         ::testing::Values("", "preset=mean-field",
                                           "preset=mean-field,retry_rate=1000",
                                           "placement=jsq,search_on_empty=0", "local_order=random",
                                           "placement=skewed,local_order=lifo",
                                           "placement=round_robin,steal=all", "steal=half_floor",
                                           "search_on_empty=1", "victim=random",
                                           "victim_threshold=3,stolen_order=kept",
                                           "event_interval=1", "probes_per_step=2"));

}  // namespace
}  // namespace loopsteal
