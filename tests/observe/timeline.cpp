#include "tests/observe/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <stdexcept>
#include <tuple>

namespace loopsteal {
namespace {

using nlohmann::json;

void demand(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

std::int64_t ns(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1000);
}

/// The starts and finishes that bear one id.
struct ArrowEnds {
  std::vector<json> starts;
  std::vector<json> finishes;
};

TimelineArrow joined(const Timeline& timeline, const std::string& id, const ArrowEnds& ends) {
  demand(ends.starts.size() == 1 && ends.finishes.size() == 1,
         "arrow " + id + " has not one start and one finish");
  const json& start = ends.starts.front();
  const json& finish = ends.finishes.front();
  demand(start.at("name") == finish.at("name") && start.at("cat") == finish.at("cat"),
         "the ends of arrow " + id + " differ in name or category");
  demand(finish.at("bp") == "e", "arrow " + id + " goes to the next slice, not to the present");
  return {start.at("name"), timeline.tracks.at(start.at("tid")),
          timeline.tracks.at(finish.at("tid")), ns(start.at("ts")), ns(finish.at("ts"))};
}

void read_name(Timeline& timeline, const json& event) {
  if (event.at("name") == "process_name") timeline.process = event.at("args").at("name");
  if (event.at("name") != "thread_name") return;
  const bool added = timeline.tracks.emplace(event.at("tid"), event.at("args").at("name")).second;
  demand(added, "a track has two names");
}

TimelineItem item(const Timeline& timeline, const json& event) {
  const std::int64_t begin = ns(event.at("ts"));
  const std::int64_t length = event.contains("dur") ? ns(event.at("dur")) : 0;
  demand(begin >= 0 && length >= 0, "a negative time");
  return {
      timeline.tracks.at(event.at("tid")), event.at("cat"), event.at("name"), begin, begin + length,
      event.value("args", json::object())};
}

std::vector<TimelineItem> in_order(std::vector<TimelineItem> slices) {
  std::stable_sort(slices.begin(), slices.end(), [](const auto& a, const auto& b) {
    return a.begin_ns != b.begin_ns ? a.begin_ns < b.begin_ns : a.end_ns > b.end_ns;
  });
  return slices;
}

std::string print(const TimelineItem& slice) {
  return slice.name + " on " + slice.track + " [" + std::to_string(slice.begin_ns) + ", " +
         std::to_string(slice.end_ns) + ")";
}

void check_nesting(const std::vector<TimelineItem>& slices) {
  std::vector<TimelineItem> open;
  for (const TimelineItem& slice : slices) {
    while (!open.empty() && open.back().end_ns <= slice.begin_ns) open.pop_back();
    demand(open.empty() || slice.end_ns <= open.back().end_ns,
           print(slice) + " crosses the end of " + (open.empty() ? "" : print(open.back())));
    open.push_back(slice);
  }
}

void check_exclusion(const std::vector<TimelineItem>& slices) {
  std::int64_t free_from = 0;
  for (const TimelineItem& slice : slices) {
    if (slice.category != "job" && slice.category != "park") continue;
    demand(slice.begin_ns >= free_from, print(slice) + " begins before the last one has ended");
    free_from = slice.end_ns;
  }
}

template <class Items>
Items selected(const Items& items, auto&& predicate) {
  Items result;
  std::copy_if(items.begin(), items.end(), std::back_inserter(result), predicate);
  return result;
}

}  // namespace

std::vector<TimelineItem> Timeline::slices_of(std::string_view category) const {
  return selected(slices, [&](const auto& slice) { return slice.category == category; });
}
std::vector<TimelineItem> Timeline::instants_named(std::string_view name) const {
  return selected(instants, [&](const auto& instant) { return instant.name == name; });
}
std::vector<TimelineArrow> Timeline::arrows_named(std::string_view name) const {
  return selected(arrows, [&](const auto& arrow) { return arrow.name == name; });
}

std::string trace_text(const Recorder& recorder) {
  std::string text;
  recorder.write_trace([&](std::string_view piece) { text += piece; });
  return text;
}

Timeline read_timeline(std::string_view text) {
  const json document = json::parse(text);
  demand(document.at("displayTimeUnit") == "ns", "another unit");
  Timeline timeline;
  timeline.other = document.at("otherData");
  std::map<std::string, ArrowEnds> ends;
  for (const json& event : document.at("traceEvents")) {
    demand(event.at("pid") == 1, "another process");
    const std::string phase = event.at("ph");
    if (phase == "M") {
      read_name(timeline, event);
    } else if (phase == "X") {
      timeline.slices.push_back(item(timeline, event));
    } else if (phase == "i") {
      timeline.instants.push_back(item(timeline, event));
    } else if (phase == "C") {
      timeline.counters.push_back(item(timeline, event));
    } else if (phase == "s") {
      ends[event.at("id").dump()].starts.push_back(event);
    } else {
      demand(phase == "f", "phase " + phase);
      ends[event.at("id").dump()].finishes.push_back(event);
    }
  }
  for (const auto& [id, both] : ends) timeline.arrows.push_back(joined(timeline, id, both));
  return timeline;
}

void check_geometry(const Timeline& timeline) {
  std::map<std::string, std::vector<TimelineItem>> by_track;
  for (const TimelineItem& slice : timeline.slices) by_track[slice.track].push_back(slice);
  for (const auto& [track, slices] : by_track) {
    check_exclusion(slices);
    check_nesting(in_order(slices));
  }
  std::set<std::tuple<std::string, std::string, std::int64_t>> begins;
  for (const TimelineItem& slice : timeline.slices)
    if (slice.begin_ns < slice.end_ns) begins.insert({slice.track, slice.category, slice.begin_ns});
  const auto check_end = [&](const std::string& name, const std::string& track, std::int64_t at) {
    demand(begins.contains({track, name, at}),
           "an arrow (" + name + ") ends in no slice of its own on " + track);
  };
  for (const TimelineArrow& arrow : timeline.arrows) {
    demand(arrow.from_ns <= arrow.to_ns, "an arrow goes back in time");
    check_end(arrow.name, arrow.from, arrow.from_ns);
    check_end(arrow.name, arrow.to, arrow.to_ns);
  }
}

Timeline sound_timeline(const Recorder& recorder) {
  Timeline timeline = read_timeline(trace_text(recorder));
  check_geometry(timeline);
  return timeline;
}

}  // namespace loopsteal
