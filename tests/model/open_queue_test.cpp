// Jobs that travel to a worker that falls asleep, while a thief takes some of those that arrive:
// the owner sleeps for ever only when all of them have gone.
#include "sched/policy/random_stealing/open_queue.hpp"

#include <array>

#include <gtest/gtest.h>

#include "sched/atomics.hpp"
#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

/// A machine whose time is shared memory. The queue asks it for nothing but time and locks.
template <class A>
class ModelMachine {
 public:
  using Atomics = A;

  struct Mutex : model::Mutex {
    explicit Mutex(ModelMachine&) noexcept {}
  };
  using BriefMutex = Mutex;

  [[nodiscard]] WorkerId workers() const noexcept { return 2; }
  [[nodiscard]] WorkerId current() const noexcept { return kNoWorker; }
  [[nodiscard]] TimePoint now() const noexcept { return time_.load(std::memory_order_acquire); }
  [[nodiscard]] bool finishing() const noexcept { return false; }
  void unpark(WorkerId) noexcept {}
  void poll(WorkerId, JobQueue&) noexcept {}
  [[nodiscard]] bool may_have_io(WorkerId) noexcept { return false; }
  void charge(WorkerId, Op, std::uint64_t) noexcept {}
  void charge_outside(Op, std::uint64_t) noexcept {}
  void stolen(WorkerId, WorkerId, std::uint64_t) noexcept {}
  void made_ready(WorkerId, Job&, ReadyCause) noexcept {}
  void taken_back(WorkerId, Job&) noexcept {}
  void warn_slow(WorkerId, Duration) noexcept {}

  void set_time(TimePoint now) noexcept { time_.store(now, std::memory_order_release); }

 private:
  ModelAtomic<TimePoint> time_;
};
static_assert(Machine<ModelMachine<ModelAtomics>>);

constexpr TimePoint kArrival{Duration(1)};

/// How the owner of a queue finds out whether it may sleep.
enum class Look : std::uint8_t { as_it_does, at_what_travels_only };

/// `count` jobs travel to a queue. A thief takes half of what it finds; the owner, who found
/// nothing, sleeps until it has a job, or for ever.
template <class Atomics>
void fall_asleep_while_jobs_arrive(std::size_t count, Look look) {
  ModelMachine<Atomics> machine;
  OpenQueue<ModelMachine<Atomics>> queue(machine, LocalOrder::fifo, FastRandom(7));
  std::array<Job, 3> jobs;
  JobQueue sent;
  for (std::size_t i = 0; i < count; ++i) sent.push_back(jobs.at(i));
  queue.send(sent, kArrival);
  std::size_t taken = 0;
  Thread clock([&] { machine.set_time(kArrival); });
  Thread thief([&] {
    JobQueue loot;
    queue.give(StealAmount::half, true, loot);
    taken = loot.size();
  });
  std::size_t run = 0;
  while (queue.pop() != nullptr) ++run;
  const TimePoint alarm = look == Look::as_it_does  ? queue.next_job_at()
                          : queue.travelling() != 0 ? queue.arrival()
                                                    : kForever;
  if (alarm != kForever) clock.join();
  thief.join();
  const bool wakes = alarm != kForever;
  while (wakes && queue.pop() != nullptr) ++run;
  check(run + taken == count, "a job lies in the queue of a worker that sleeps for ever");
}

TEST(Model, OpenQueueFallsAsleepWhileAJobArrives) {
  expect_correct(kDeep, [] { fall_asleep_while_jobs_arrive<ModelAtomics>(1, Look::as_it_does); });
}

TEST(Model, OpenQueueFallsAsleepWhileJobsArrive) {
  expect_correct(kDeep, [] { fall_asleep_while_jobs_arrive<ModelAtomics>(3, Look::as_it_does); });
}

TEST(Model, OpenQueueLookingOnlyAtWhatTravelsIsCaught) {
  expect_caught(
      kBroad, {[] { fall_asleep_while_jobs_arrive<ModelAtomics>(3, Look::at_what_travels_only); }});
}

TEST(Model, OpenQueueWeakTakingInIsCaught) {
  using Weak = Weakened<Site::open_queue_taken_in, std::memory_order_relaxed>;
  expect_caught(kDeep, {[] { fall_asleep_while_jobs_arrive<Weak>(3, Look::as_it_does); }});
}

}  // namespace
}  // namespace loopsteal::model
