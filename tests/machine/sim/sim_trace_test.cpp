// What an observer sees of a virtual run: the times are virtual, the counts are the machine's, and
// the run is the one that nobody looks at.
#include <cctype>
#include <chrono>

#include <gtest/gtest.h>

#include "tests/observe/small_runs.hpp"
#include "tests/observe/timeline.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

CostModel costs_of(Duration each) {
  CostModel costs;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = each;
  return costs;
}

std::unique_ptr<Scheduler> make(const char* spec, WorkerId workers, const CostModel& costs,
                                Recorder* recorder) {
  return make_scheduler(
      parse_spec(spec),
      {.machine = "sim", .workers = workers, .recorder = recorder, .sim = {.costs = costs}});
}

class SimTrace : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, SimTrace,
                         testing::Values("event_loop", "sharded_loops", "shared_queue",
                                         "work_stealing", "work_stealing:local_order=lifo",
                                         "random_stealing"),
                         [](const auto& test) {
                           std::string name = test.param;
                           for (char& c : name)
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           return name;
                         });

std::size_t count_on(const std::vector<TimelineItem>& items, const std::string& track) {
  std::size_t count = 0;
  for (const TimelineItem& item : items) count += item.track == track ? 1 : 0;
  return count;
}

TEST_P(SimTrace, ATimelineShowsWhatTheMachineCounted) {
  for (const Duration each : {0ns, 20ns}) {
    Recorder recorder({.delays = true, .trace = true});
    const auto scheduler = make(GetParam(), 3, costs_of(each), &recorder);
    const Measurement measured = scheduler->run(small_runs::hot_producer(*scheduler, 40, false));
    EXPECT_EQ(recorder.trace_events_dropped(), 0u);
    const Timeline timeline = sound_timeline(recorder);
    for (std::size_t w = 0; w < measured.workers.size(); ++w) {
      SCOPED_TRACE(w);
      const WorkerStats& worker = measured.workers[w];
      const std::string track = "worker " + std::to_string(w);
      EXPECT_EQ(count_on(timeline.slices_of("job"), track), worker.poll_count);
      EXPECT_EQ(count_on(timeline.slices_of("park"), track), worker[Op::park]);
    }
    EXPECT_EQ(timeline.instants_named("unblocked").size(), 40u);
  }
}

Task<void> hold_and_wait() {
  co_await compute(Work::of(7us));
  co_await io(5us);
  co_await compute(Work::of(3us));
}

TEST_P(SimTrace, TimesAreVirtual) {
  Recorder recorder({.delays = true, .trace = true});
  const auto scheduler = make(GetParam(), 1, {}, &recorder);
  scheduler->run(hold_and_wait());
  const auto jobs = sound_timeline(recorder).slices_of("job");
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].end_ns - jobs[0].begin_ns, 7'000);
  EXPECT_EQ(jobs[1].begin_ns - jobs[0].end_ns, 5'000);
  EXPECT_EQ(jobs[1].end_ns - jobs[1].begin_ns, 3'000);
}

// What the observer asks (how long is the queue?) takes a lock on threads, and no time here.
TEST_P(SimTrace, ARunThatIsRecordedIsTheSameRun) {
  for (const Duration each : {0ns, 20ns}) {
    Recorder recorder({.delays = true, .trace = true});
    const auto seen = make(GetParam(), 3, costs_of(each), &recorder);
    const auto unseen = make(GetParam(), 3, costs_of(each), nullptr);
    const Measurement a = seen->run(small_runs::hot_producer(*seen, 40, false));
    const Measurement b = unseen->run(small_runs::hot_producer(*unseen, 40, false));
    EXPECT_EQ(a.makespan, b.makespan);
    EXPECT_EQ(a.virtual_account->trace_hash, b.virtual_account->trace_hash);
  }
}

}  // namespace
}  // namespace loopsteal
