// What every scheduler is held to, once: a law is a TEST_P of the fixture Laws over specs of
// schedulers, made through the catalog, and runs with several numbers of workers. A spec that
// begins with "sim/" is run in virtual time: where operations cost nothing, and where each costs
// something.
//
// No law depends on how fast the machine is: they count, order and compare.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/sync/channel.hpp"
#include "sched/core/sync/event.hpp"
#include "sched/core/sync/mutex.hpp"
#include "sched/core/sync/semaphore.hpp"

namespace loopsteal::laws {

using namespace std::chrono_literals;

/// Loops are made shorter by this under a sanitizer, where they take ten times as long.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr int kShorter = 10;
#else
inline constexpr int kShorter = 1;
#endif

/// Every scheduler of the catalog, with each way in of the foreign ones.
[[nodiscard]] std::vector<std::string> default_specs();

/// The same and every knob that changes which job runs where or when.
[[nodiscard]] std::vector<std::string> all_specs();

/// The same without one where a yield lets nobody go first: a deferred task comes back at the next
/// look at events and takes the LIFO slot, as with Tokio, so with a look before each job it comes
/// back at once.
[[nodiscard]] std::vector<std::string> yielding_specs();

/// Of `specs`, each on threads and, where it is not foreign, in virtual time.
[[nodiscard]] std::vector<std::string> both_machines(std::vector<std::string> specs);

/// Those above on both machines, for laws that hold whatever time is. The others, for threads
/// alone, are laws of which other threads or descriptors are a part.
[[nodiscard]] inline std::vector<std::string> default_specs_everywhere() {
  return both_machines(default_specs());
}
[[nodiscard]] inline std::vector<std::string> all_specs_everywhere() {
  return both_machines(all_specs());
}
[[nodiscard]] inline std::vector<std::string> yielding_specs_everywhere() {
  return both_machines(yielding_specs());
}

/// "sim/work_stealing:steal=one" as a name of a test.
[[nodiscard]] std::string name_of(const std::string& spec);
[[nodiscard]] std::string test_name(const testing::TestParamInfo<std::string>& info);

/// What operations cost in virtual time; threads have no say in it.
enum class Costs : std::uint8_t { none, some };

/// Each operation costs something, and each something else.
[[nodiscard]] CostModel some_costs();

/// `costs` and `shuffle_ties` (see SimSetup) are for virtual time.
[[nodiscard]] std::unique_ptr<Scheduler> make(const std::string& spec, WorkerId workers,
                                              Costs costs = Costs::none,
                                              std::uint64_t shuffle_ties = 0);

/// While jobs are ready, time passes by what they cost, and no further where they cost nothing.
enum class Needs : std::uint8_t { nothing, time_to_pass };

class Laws : public testing::TestWithParam<std::string> {
 protected:
  using Law = std::function<void(Scheduler&)>;

  /// Calls `law` with a new scheduler of 1, 2 and 4 workers, or of one where that is all it has. In
  /// virtual time without costs, unless the law needs time to pass, and with some.
  void with_each_worker_count(const Law& law, Needs needs = Needs::nothing) const;

  /// With one worker.
  void with_one_worker(const Law& law, Needs needs = Needs::nothing) const;

  [[nodiscard]] bool is(std::string_view name) const;
  [[nodiscard]] bool in_virtual_time() const;
  [[nodiscard]] bool is_event_loops() const { return is("event_loop") || is("sharded_loops"); }
  /// Not of our making: it has no counters of its inside.
  [[nodiscard]] bool is_foreign() const;

 private:
  void with(WorkerId workers, const Law& law, Needs needs) const;
};

/// What escapes the run is a failure that says what it was.
void run(Scheduler& scheduler, Task<void> root);

/// Repeats an experiment that another process can disturb: true if one of `attempts` succeeds. What
/// a scheduler does wrong, it does wrong every time.
[[nodiscard]] bool succeeds_once(int attempts, const std::function<bool()>& experiment);

}  // namespace loopsteal::laws

/// Instantiates the laws of one file over a list of specs.
#define LOOPSTEAL_LAWS(fixture, specs)                                                         \
  INSTANTIATE_TEST_SUITE_P(Schedulers, fixture, testing::ValuesIn(::loopsteal::laws::specs()), \
                           ::loopsteal::laws::test_name)
