#include "bench/calibrate/isolated.hpp"

#include <mutex>

#include "sched/core/job.hpp"
#include "sched/machine/threads/clock.hpp"
#include "sched/policy/parts/run_queue.hpp"

namespace loopsteal {
namespace {

template <class Operation>
double time_of(std::uint32_t times, const Operation& operation) {
  const TimePoint begin = monotonic_now();
  for (std::uint32_t i = 0; i < times; ++i) operation();
  return static_cast<double>((monotonic_now() - begin).count()) / times;
}

}  // namespace

double time_of_free_lock(std::uint32_t times) {
  std::mutex mutex;
  return time_of(times, [&mutex] {
    mutex.lock();
    asm volatile("" ::: "memory");  // Acts as if the lock guarded something.
    mutex.unlock();
  });
}

double time_of_vain_look(std::uint32_t times) {
  RunQueue<Job> victim;
  RunQueue<Job> thief;
  std::uint64_t stolen = 0;
  const double ns = time_of(times, [&] {
    stolen += victim.thief_end().steal_into(thief, StealAmount::half).count;
    asm volatile("" ::: "memory");  // Acts as if another thread might have pushed.
  });
  return stolen == 0 ? ns : 0;
}

}  // namespace loopsteal
