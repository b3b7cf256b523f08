// The drawing, from events made up by hand: what is drawn where, in the corners that a real run
// seldom meets.
#include "sched/observe/trace.hpp"

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/observe/timeline.hpp"

namespace loopsteal {
namespace {

constexpr std::int64_t kBegin = 1'000'000'007;  // The clock of a machine does not begin at 0.

TimePoint at(std::int64_t ns) { return TimePoint(Duration(kBegin + ns)); }

/// A recorder with a run of so many workers under way.
class Drawing {
 public:
  explicit Drawing(WorkerId workers, std::size_t max_events = 1000)
      : recorder({.delays = false, .trace = true, .trace_events_max_per_worker = max_events}) {
    recorder.begin_run(workers, at(0));
  }

  void job(WorkerId w, std::int64_t from, std::int64_t to, std::size_t depth = 0,
           WorkerId ready_on = 0, ReadyCause cause = ReadyCause::spawned) {
    Job job;
    job.ready_on = ready_on;
    job.cause = cause;
    job.ready_at = at(from - 5);
    recorder.on_run(w, job, at(from), depth);
    recorder.on_rest(w, at(to));
  }

  Timeline end() {
    Measurement measurement;
    recorder.end_run(measurement, at(0));
    return sound_timeline(recorder);
  }

  Recorder recorder;
};

const TimelineItem& only(const std::vector<TimelineItem>& items) {
  if (items.size() != 1) throw std::runtime_error("not one but " + std::to_string(items.size()));
  return items.front();
}

TEST(ChromeTrace, HasATrackAWorkerAndOneForTheOutside) {
  const Timeline timeline = Drawing(3).end();
  EXPECT_EQ(timeline.process, "loopsteal");
  const std::map<int, std::string> expected{
      {1, "worker 0"}, {2, "worker 1"}, {3, "worker 2"}, {4, "outside"}};
  EXPECT_EQ(timeline.tracks, expected);
  EXPECT_EQ(timeline.other.at("workers"), 3);
  EXPECT_EQ(timeline.other.at("dropped_events"), 0);
}

TEST(ChromeTrace, DrawsAJobWithItsCauseItsOriginAndItsWait) {
  Drawing drawing(2);
  drawing.job(1, 1'234'567, 2'345'678, 0, 0, ReadyCause::timer);
  drawing.job(1, 3'000'000, 3'000'001, 0, kNoWorker, ReadyCause::unblocked);
  const Timeline timeline = drawing.end();
  ASSERT_EQ(timeline.slices.size(), 2u);
  const TimelineItem& first = timeline.slices[0];
  EXPECT_EQ(first.track, "worker 1");
  EXPECT_EQ(first.name, "timer");
  EXPECT_EQ(first.begin_ns, 1'234'567);
  EXPECT_EQ(first.end_ns, 2'345'678);
  EXPECT_EQ(first.args.at("made_ready_on"), "worker 0");
  EXPECT_EQ(first.args.at("waited_ns"), 5);
  EXPECT_EQ(timeline.slices[1].name, "unblocked");
  EXPECT_EQ(timeline.slices[1].args.at("made_ready_on"), "outside");
}

TEST(ChromeTrace, WritesTimesToTheNanosecond) {
  Drawing drawing(1);
  drawing.job(0, 1'002'003, 1'002'033);
  Measurement measurement;
  drawing.recorder.end_run(measurement, at(0));
  const std::string text = trace_text(drawing.recorder);
  EXPECT_NE(text.find(R"("ts":1002.003,"dur":0.030,)"), std::string::npos) << text;
}

TEST(ChromeTrace, DrawsAStealFromTheVictimToTheThief) {
  Drawing drawing(2);
  drawing.job(0, 100, 900);
  drawing.recorder.on_steal(1, 0, 7, at(400));
  drawing.job(1, 450, 600);
  const Timeline timeline = drawing.end();
  ASSERT_EQ(timeline.arrows.size(), 1u);
  EXPECT_EQ(timeline.arrows[0].name, "steal");
  EXPECT_EQ(timeline.arrows[0].from, "worker 0");
  EXPECT_EQ(timeline.arrows[0].to, "worker 1");
  const auto marks = timeline.slices_of("steal");
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].name, "stolen");
  EXPECT_EQ(marks[0].args.at("thief"), "worker 1");
  EXPECT_EQ(marks[0].end_ns - marks[0].begin_ns, 100);
  EXPECT_EQ(marks[1].name, "steal");
  EXPECT_EQ(marks[1].args.at("victim"), "worker 0");
  EXPECT_EQ(marks[1].args.at("jobs"), 7);
  EXPECT_EQ(marks[1].end_ns, 450) << "the mark runs into the job behind it";
}

TEST(ChromeTrace, DrawsAWakeToTheEndOfTheSleep) {
  Drawing drawing(2);
  drawing.recorder.on_park(1, at(10), at(700));
  drawing.recorder.on_wake(0, 1, at(300));
  drawing.recorder.on_wake(0, 1, at(800));  // Awake by now: it finds a token.
  const Timeline timeline = drawing.end();
  const auto wakes = timeline.arrows_named("wake");
  ASSERT_EQ(wakes.size(), 2u);
  EXPECT_EQ(wakes[0].from, "worker 0");
  EXPECT_EQ(wakes[0].to, "worker 1");
  EXPECT_EQ(wakes[0].from_ns, 300);
  EXPECT_EQ(wakes[0].to_ns, 700);
  EXPECT_EQ(wakes[1].to_ns, 800);
  EXPECT_EQ(only(timeline.slices_of("park")).name, "parked");
}

TEST(ChromeTrace, DrawsWhatOutsidersDo) {
  Drawing drawing(1);
  Job job;
  drawing.recorder.on_ready(kNoWorker, job, ReadyCause::unblocked, at(50));
  drawing.recorder.on_wake(kNoWorker, 0, at(60));
  drawing.recorder.on_wake(kNoWorker, 0, at(-3));  // The clock was read before the run began.
  const Timeline timeline = drawing.end();
  EXPECT_EQ(job.ready_at, at(50));
  EXPECT_EQ(only(timeline.instants_named("unblocked")).track, "outside");
  ASSERT_EQ(timeline.arrows.size(), 2u);
  EXPECT_EQ(timeline.arrows[0].from, "outside");
  EXPECT_EQ(timeline.arrows[0].to, "worker 0");
  EXPECT_EQ(timeline.arrows[1].from_ns, 0);
}

TEST(ChromeTrace, LeavesOutWhatOutsidersDoBetweenRuns) {
  Drawing drawing(1);
  Measurement measurement;
  drawing.recorder.end_run(measurement, at(100));
  drawing.recorder.on_wake(kNoWorker, 0, at(200));
  EXPECT_TRUE(sound_timeline(drawing.recorder).arrows.empty());
}

TEST(ChromeTrace, LeavesOutWhatWorkersMakeReady) {
  Drawing drawing(1);
  Job job;
  drawing.recorder.on_ready(0, job, ReadyCause::spawned, at(50));
  EXPECT_TRUE(drawing.end().instants.empty());
  EXPECT_EQ(job.ready_at, at(50));
}

TEST(ChromeTrace, CountsQueuedJobsWhereTheirNumberChanges) {
  Drawing drawing(2);
  for (const auto& [from, depth] : {std::pair(10, 3u), {20, 3u}, {30, 0u}, {40, 1u}})
    drawing.job(0, from, from + 5, depth);
  drawing.job(1, 10, 20, 9);
  std::vector<std::pair<std::int64_t, int>> seen;
  for (const TimelineItem& counter : drawing.end().counters) {
    if (counter.name == "queue of worker 0")
      seen.emplace_back(counter.begin_ns, counter.args.at("jobs"));
  }
  EXPECT_EQ(seen, (std::vector<std::pair<std::int64_t, int>>{{10, 3}, {30, 0}, {40, 1}}));
}

TEST(ChromeTrace, ShowsOverflows) {
  Drawing drawing(2);
  drawing.recorder.on_overflow(1, at(77));
  const Timeline timeline = drawing.end();
  EXPECT_EQ(only(timeline.instants_named("overflow")).track, "worker 1");
  EXPECT_EQ(only(timeline.instants_named("overflow")).begin_ns, 77);
}

TEST(ChromeTrace, CountsWhatItHasNoRoomFor) {
  Drawing drawing(2, 3);
  for (int i = 0; i < 10; ++i) drawing.job(0, 10 * i, 10 * i + 5);
  drawing.job(1, 0, 5);
  const Timeline timeline = drawing.end();
  EXPECT_EQ(timeline.slices_of("job").size(), 4u);
  EXPECT_EQ(drawing.recorder.trace_events_dropped(), 7u);
  EXPECT_EQ(timeline.other.at("dropped_events"), 7);
  const TimelineItem full = only(timeline.instants_named("buffer full"));
  EXPECT_EQ(full.track, "worker 0");
  EXPECT_EQ(full.begin_ns, 30);
}

TEST(ChromeTrace, KeepsManyChunksInOrder) {
  constexpr int kJobs = 10'000;
  Drawing drawing(1, kJobs);
  for (int i = 0; i < kJobs; ++i) drawing.job(0, 10 * i, 10 * i + 5);
  const Timeline timeline = drawing.end();
  ASSERT_EQ(timeline.slices.size(), std::size_t{kJobs});
  for (int i = 0; i < kJobs; ++i)
    ASSERT_EQ(timeline.slices[static_cast<std::size_t>(i)].begin_ns, 10 * i);
  EXPECT_EQ(drawing.recorder.trace_events_dropped(), 0u);
}

TEST(ChromeTrace, QuotesItsTitle) {
  Drawing drawing(1);
  std::string text;
  drawing.recorder.write_trace([&](std::string_view piece) { text += piece; }, "a\"b\\c\n\x01");
  EXPECT_EQ(read_timeline(text).process, "a\"b\\c\n\x01");
}

TEST(ChromeTrace, IsAnEmptyTimelineBeforeTheFirstRun) {
  EXPECT_TRUE(sound_timeline(Recorder()).slices.empty());
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

TEST(ChromeTrace, SaysThatTheDiskIsFull) {
  Drawing drawing(1);
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/dev/full", "w"));
  ASSERT_NE(file, nullptr);
  try {
    drawing.recorder.write_trace(file.get());
    FAIL() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::error_code(ENOSPC, std::generic_category()));
  }
}

TEST(ChromeTrace, GoesIntoAFileWhole) {
  Drawing drawing(1);
  for (int i = 0; i < 900; ++i) drawing.job(0, 10 * i, 10 * i + 5);
  const std::unique_ptr<std::FILE, CloseFile> file(std::tmpfile());
  drawing.recorder.write_trace(file.get());
  std::string text(1'000'000, ' ');
  std::rewind(file.get());
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  EXPECT_EQ(text, trace_text(drawing.recorder));
  EXPECT_GT(text.size(), 64u * 1024) << "too short to be written in pieces";
}

TEST(ChromeTrace, PassesOnWhatItsSinkThrows) {
  EXPECT_THROW(Recorder().write_trace([](std::string_view) { throw std::domain_error("no"); }),
               std::domain_error);
}

/// Random workers that run, sleep, steal and wake, in steps that are often zero: whatever happens
/// at whatever time, slices nest and arrows are bound.
RC_GTEST_PROP(ChromeTrace, IsSoundWhateverHappensWhen, ()) {
  const auto workers = *rc::gen::inRange<WorkerId>(1, 4);
  const auto step = [] { return *rc::gen::element<std::int64_t>(0, 0, 1, 2, 50, 99, 150, 1000); };
  Drawing drawing(workers);
  std::size_t jobs = 0;
  std::size_t parks = 0;
  std::size_t steals = 0;
  std::size_t wakes = 0;
  for (WorkerId w = 0; w < workers; ++w) {
    std::int64_t now = step();
    const int events = *rc::gen::inRange(0, 12);
    for (int i = 0; i < events; ++i) {
      const std::int64_t from = now += step();
      const auto other = *rc::gen::inRange<WorkerId>(0, workers);
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          drawing.job(w, from, now += step());
          ++jobs;
          break;
        case 1:
          drawing.recorder.on_park(w, at(from), at(now += step()));
          ++parks;
          break;
        case 2:
          drawing.recorder.on_steal(w, other, 1, at(from));
          ++steals;
          break;
        case 3:
          drawing.recorder.on_wake(*rc::gen::element(w, kNoWorker), other, at(from));
          ++wakes;
          break;
      }
    }
  }
  const Timeline timeline = drawing.end();
  RC_ASSERT(timeline.slices_of("job").size() == jobs);
  RC_ASSERT(timeline.slices_of("park").size() == parks);
  RC_ASSERT(timeline.arrows_named("steal").size() == steals);
  RC_ASSERT(timeline.arrows_named("wake").size() == wakes);
}

// ---- The checker itself -------------------------------------------------------------------------

nlohmann::json example() {
  Drawing drawing(2);
  drawing.job(0, 1000, 2000);
  drawing.job(0, 3000, 4000);
  drawing.recorder.on_steal(1, 0, 1, at(1500));
  Measurement measurement;
  drawing.recorder.end_run(measurement, at(0));
  return nlohmann::json::parse(trace_text(drawing.recorder));
}

/// The first event of a phase.
nlohmann::json& event(nlohmann::json& document, std::string_view phase) {
  for (nlohmann::json& candidate : document.at("traceEvents"))
    if (candidate.at("ph") == phase) return candidate;
  throw std::runtime_error("no such event");
}

void check(const nlohmann::json& document) { check_geometry(read_timeline(document.dump())); }

TEST(TimelineCheck, AcceptsTheExample) { EXPECT_NO_THROW(check(example())); }

TEST(TimelineCheck, RejectsAnArrowWithoutAStart) {
  nlohmann::json document = example();
  event(document, "s")["id"] = 99;
  EXPECT_THROW(check(document), std::runtime_error);
}

TEST(TimelineCheck, RejectsAnArrowThatGoesBack) {
  nlohmann::json document = example();
  event(document, "s")["ts"] = 3.0;
  EXPECT_THROW(check(document), std::runtime_error);
}

TEST(TimelineCheck, RejectsAnArrowInNoSlice) {
  nlohmann::json document = example();
  event(document, "s")["ts"] = 1.4;
  EXPECT_THROW(check(document), std::runtime_error);
}

TEST(TimelineCheck, RejectsJobsThatOverlap) {
  nlohmann::json document = example();
  event(document, "X")["dur"] = 2.5;  // Crosses the beginning of the second.
  EXPECT_THROW(check(document), std::runtime_error);
  event(document, "X")["dur"] = 3.5;  // Swallows it.
  EXPECT_THROW(check(document), std::runtime_error);
}

}  // namespace
}  // namespace loopsteal
