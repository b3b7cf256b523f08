// A timeline is read back as sched/observe writes it.
#include "bench/report/timeline_file.hpp"

#include <gmock/gmock.h>

#include "bench/report/source.hpp"
#include "sched/observe/trace.hpp"
#include "tests/bench/report/files.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;
using Kind = TraceEvent::Kind;

constexpr std::string_view kTitle =
    "imbalanced/dag:file=a/b.json/scheduler:work_stealing:steal=one/machine:sim/workers:2/"
    "size:small";

TimePoint at(std::int64_t ns) { return TimePoint{} + Duration(ns); }

TraceEvent job(std::int64_t begin, std::int64_t end, WorkerId ready_on, std::int64_t ready) {
  return {.at = at(begin),
          .until = at(end),
          .ready_at = at(ready),
          .other = ready_on,
          .kind = Kind::job,
          .cause = ReadyCause::woken};
}

class TimelineFile : public testing::Files {
 protected:
  // Two workers: 1 sleeps, is woken, and steals three jobs.
  std::string text(std::string_view title = kTitle) const {
    TraceBuffer first, second, outside;
    for (TraceBuffer* buffer : {&first, &second, &outside}) buffer->reset(100);
    first.add(job(1000, 2500, kNoWorker, 400));
    first.add({.at = at(1200), .other = 1, .kind = Kind::wake});
    second.add({.at = at(0), .until = at(1300), .kind = Kind::park});
    second.add({.at = at(1400), .count = 3, .other = 0, .kind = Kind::steal});
    second.add(job(1500, 1501, 0, 1000));
    const std::vector<const TraceBuffer*> workers = {&first, &second};
    std::string written;
    const TextSink sink = [&](std::string_view piece) { written += piece; };
    write_chrome_trace(sink, {.begin = at(0), .workers = workers, .outside = outside}, title);
    return written;
  }
};

TEST_F(TimelineFile, SlicesComeBackToTheNanosecond) {
  const std::string path = write("t.json", text());
  ASSERT_TRUE(looks_like_a_timeline(read_json_file(path)));
  const Timeline timeline = read_timeline(read_json_file(path));
  EXPECT_EQ(timeline.workers, 2U);
  EXPECT_EQ(timeline.end_ns, 2500);
  ASSERT_EQ(timeline.tracks.size(), 3U);
  EXPECT_EQ(timeline.tracks[2].name, "outside");
  ASSERT_EQ(timeline.tracks[0].slices.size(), 1U);
  const TimelineSlice& first = timeline.tracks[0].slices[0];
  EXPECT_EQ(first.begin_ns, 1000);
  EXPECT_EQ(first.length_ns, 1500);
  EXPECT_EQ(first.waited_ns, 600);
  EXPECT_EQ(first.from, 2);
  EXPECT_EQ(timeline.kinds.at(first.kind), "woken");
  ASSERT_EQ(timeline.tracks[1].slices.size(), 2U);
  EXPECT_EQ(timeline.kinds.at(timeline.tracks[1].slices[0].kind), "parked");
  EXPECT_EQ(timeline.tracks[1].slices[1].length_ns, 1);
  EXPECT_EQ(timeline.tracks[1].slices[1].from, 0);
}

TEST_F(TimelineFile, ArrowsComeBackWithTheirJobs) {
  const Timeline timeline = read_timeline(read_json_file(write("t.json", text())));
  ASSERT_EQ(timeline.arrows.size(), 2U);
  EXPECT_FALSE(timeline.arrows[0].steal);
  EXPECT_EQ(timeline.arrows[0].begin_ns, 1200);
  EXPECT_EQ(timeline.arrows[0].end_ns, 1300);
  EXPECT_TRUE(timeline.arrows[1].steal);
  EXPECT_EQ(timeline.arrows[1].from, 0);
  EXPECT_EQ(timeline.arrows[1].to, 1);
  EXPECT_EQ(timeline.arrows[1].jobs, 3U);
}

TEST_F(TimelineFile, TheTitleSaysWhatRan) {
  const Timeline timeline = read_timeline(read_json_file(write("t.json", text())));
  EXPECT_EQ(timeline.workload, "dag:file=a/b.json");
  EXPECT_EQ(timeline.scheduler, "work_stealing:steal=one");
  EXPECT_EQ(timeline.machine, "sim");
  EXPECT_EQ(to_json(timeline)["clock"], "virtual");
}

TEST_F(TimelineFile, BrokenOnesAreNamed) {
  const auto error = [&](const std::string& content) {
    const std::string path = write("broken.json", content);
    return error_of([&] { read_timeline(read_json_file(path)); });
  };
  EXPECT_THAT(error_of([&] { read_timeline(read_json_file(path("none.json"))); }),
              HasSubstr("none.json"));
  const std::string whole = text();
  EXPECT_THAT(error(whole.substr(0, whole.size() / 2)), HasSubstr("broken.json is damaged"));
  EXPECT_THAT(error("{\"traceEvents\":[]}"), HasSubstr("no timeline of"));
  EXPECT_THAT(error(text("somebody else's")), HasSubstr("no timeline of"));
  EXPECT_THAT(error(R"({"traceEvents":[{"ph":"X","cat":"park","tid":7,"ts":1,"dur":1}]})"),
              HasSubstr("event 1: it names the track 7, which nothing introduced"));
}

TEST_F(TimelineFile, NumbersOutOfRangeAreRefusedWithTheEvent) {
  const auto error = [&](const std::string& event) {
    const std::string head = R"({"ph":"M","name":"thread_name","tid":0,"args":{"name":"w"}})";
    const std::string path = write("broken.json", "{\"traceEvents\":[" + head + "," + event + "]}");
    return error_of([&] { read_timeline(read_json_file(path)); });
  };
  const auto park = [](const std::string& fields) {
    return R"({"ph":"X","cat":"park","tid":0,"ts":1,"dur":1,)" + fields + "}";
  };
  for (const char* field : {R"("ts":1e300)", R"("ts":-1e300)", R"("dur":1e16)", R"("tid":1e19)",
                            R"("tid":0.5)", R"("id":-1)", R"("id":18446744073709551616)",
                            R"("waited_ns":1e19)", R"("jobs":4294967296)"}) {
    EXPECT_THAT(error(park(field)), HasSubstr("broken.json: event 2: \"")) << field;
  }
  EXPECT_THAT(error(park(R"("id":0)")), HasSubstr("no timeline of")) << "only its title is missing";
}

}  // namespace
}  // namespace loopsteal
