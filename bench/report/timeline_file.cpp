#include "bench/report/timeline_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "bench/measure/json_read.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/report/source.hpp"

namespace loopsteal {
namespace {

// The fields of one event, of whatever kind.
struct Event {
  std::string phase, category, name;
  std::string track_name;     // args.name of a thread_name.
  std::string made_ready_on;  // Of a job.
  std::string victim;         // Of a steal.
  std::int64_t track = 0;
  std::int64_t at_ns = 0;
  std::int64_t length_ns = 0;
  std::int64_t waited_ns = 0;
  std::uint64_t id = 0;
  std::uint32_t jobs = 0;
};

// What a file must not hold; the message says what, and read_timeline() where.
class BadEvent : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Times of a timeline, in microseconds: so far from 64 bits of nanoseconds that sums cannot
// overflow.
constexpr double kLatestUs = 1e15;

std::int64_t ns_of(const std::string& field, double microseconds) {
  if (std::abs(microseconds) <= kLatestUs) return std::llround(microseconds * 1000);
  throw BadEvent(fmt::format("\"{}\" is {}: times go up to 10^15 us", field, microseconds));
}

template <class Number>
Number whole(const std::string& field, double value) {
  if (const std::optional<Number> number = whole_number<Number>(value)) return *number;
  throw BadEvent(fmt::format("\"{}\" is {}: this is a whole number, up to {}", field, value,
                             std::numeric_limits<Number>::max()));
}

// Puts events together into a timeline.
class Assembly {
 public:
  void add(const Event& event) {
    if (event.phase == "M" && event.name == "thread_name") {
      if (timeline.tracks.size() > std::numeric_limits<std::uint16_t>::max())
        throw BadEvent("there are more than 65536 tracks");
      tracks_[event.track] = static_cast<std::uint16_t>(timeline.tracks.size());
      by_name_[event.track_name] = tracks_[event.track];
      timeline.tracks.push_back({event.track_name, {}});
    } else if (event.phase == "X" && (event.category == "job" || event.category == "park")) {
      add_slice(event);
    } else if (event.phase == "X" && event.name == "steal") {
      jobs_[{track_of(event), named(event.victim), event.at_ns}].push_back(event.jobs);
    } else if (event.phase == "s") {
      open_[event.id] = {.steal = event.name == "steal",
                         .from = track_of(event),
                         .to = 0,
                         .begin_ns = event.at_ns,
                         .end_ns = 0};
    } else if (event.phase == "f") {
      close(event);
    }
  }

  void finish() {
    for (TimelineTrack& track : timeline.tracks) {
      std::ranges::stable_sort(track.slices, {}, &TimelineSlice::begin_ns);
    }
    std::ranges::stable_sort(timeline.arrows, {}, &TimelineArrow::begin_ns);
  }

  Timeline timeline{.kinds = {"parked"}};

 private:
  void add_slice(const Event& event) {
    const std::uint16_t track = track_of(event);
    TimelineSlice slice{.begin_ns = event.at_ns, .length_ns = event.length_ns};
    slice.from = track;
    if (event.category == "job") {
      slice.waited_ns = event.waited_ns;
      slice.from = named(event.made_ready_on);
      slice.kind = kind_of(event.name);
    }
    timeline.end_ns = std::max(timeline.end_ns, slice.begin_ns + slice.length_ns);
    timeline.tracks[track].slices.push_back(slice);
  }

  void close(const Event& event) {
    const auto found = open_.find(event.id);
    if (found == open_.end()) return;
    TimelineArrow arrow = found->second;
    open_.erase(found);
    arrow.to = track_of(event);
    arrow.end_ns = event.at_ns;
    if (arrow.steal) arrow.jobs = jobs_at({arrow.to, arrow.from, arrow.end_ns});
    timeline.arrows.push_back(arrow);
  }

  // Who stole from whom, and when: steals of one instant in their order.
  using Steal = std::tuple<std::uint16_t, std::uint16_t, std::int64_t>;

  std::uint32_t jobs_at(const Steal& steal) {
    const auto found = jobs_.find(steal);
    if (found == jobs_.end() || found->second.empty()) return 0;
    const std::uint32_t jobs = found->second.front();
    found->second.erase(found->second.begin());
    return jobs;
  }

  std::uint8_t kind_of(const std::string& name) {
    const auto found = std::ranges::find(timeline.kinds, name);
    const auto place = found - timeline.kinds.begin();
    if (found == timeline.kinds.end()) {
      if (timeline.kinds.size() > std::numeric_limits<std::uint8_t>::max())
        throw BadEvent("jobs were made ready in more than 256 ways");
      timeline.kinds.push_back(name);
    }
    return static_cast<std::uint8_t>(place);
  }

  std::uint16_t track_of(const Event& event) const {
    const auto found = tracks_.find(event.track);
    if (found != tracks_.end()) return found->second;
    throw BadEvent(fmt::format("it names the track {}, which nothing introduced", event.track));
  }
  std::uint16_t named(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    throw BadEvent(fmt::format("it names the track \"{}\", which nothing introduced", name));
  }

  std::map<std::int64_t, std::uint16_t> tracks_;
  std::map<std::string, std::uint16_t> by_name_;
  std::map<std::uint64_t, TimelineArrow> open_;
  std::map<Steal, std::vector<std::uint32_t>> jobs_;
};

// What the parser calls, token by token.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return number(double(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(double(value)); }
  bool number_float(number_float_t value, const string_t&) override { return number(value); }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    take(value);
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    if (depth_ == 1) part_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 2 && in_events_) event_ = {};
    return true;
  }
  bool end_object() override {
    --depth_;
    if (depth_ == 1 && in_events_) {
      assembly.add(event_);
      ++events;
    }
    return true;
  }
  bool start_array(std::size_t) override {
    in_events_ = depth_ == 1 && part_ == "traceEvents";
    return true;
  }
  bool end_array() override {
    in_events_ = false;
    return true;
  }
  bool parse_error(std::size_t place, const std::string&,
                   const nlohmann::detail::exception&) override {
    broken_at = place;
    return false;
  }

  Assembly assembly;
  std::size_t events = 0;  ///< So far.
  std::optional<std::size_t> broken_at;

 private:
  bool number(double value) {
    if (!in_events_) {
      if (part_ == "otherData" && key_ == "workers")
        assembly.timeline.workers = whole<std::uint32_t>(key_, value);
      if (part_ == "otherData" && key_ == "dropped_events")
        assembly.timeline.dropped = whole<std::uint64_t>(key_, value);
      return true;
    }
    if (key_ == "ts") event_.at_ns = ns_of(key_, value);
    if (key_ == "dur") event_.length_ns = ns_of(key_, value);
    if (key_ == "tid") event_.track = whole<std::int64_t>(key_, value);
    if (key_ == "id") event_.id = whole<std::uint64_t>(key_, value);
    if (key_ == "waited_ns") event_.waited_ns = whole<std::int64_t>(key_, value);
    if (key_ == "jobs") event_.jobs = whole<std::uint32_t>(key_, value);
    return true;
  }

  void take(std::string& value) {
    if (!in_events_) {
      if (part_ == "otherData" && key_ == "title") assembly.timeline.title = value;
      return;
    }
    if (key_ == "ph") event_.phase = value;
    if (key_ == "cat") event_.category = value;
    if (key_ == "made_ready_on") event_.made_ready_on = value;
    if (key_ == "victim") event_.victim = value;
    // An event is two levels deep, its arguments three.
    if (key_ == "name") (depth_ == 2 ? event_.name : event_.track_name) = value;
  }

  int depth_ = 0;
  bool in_events_ = false;
  std::string key_;
  std::string part_;  // Of the whole file: traceEvents, otherData.
  Event event_;
};

// "1" of "…/workers:1/…"; the last one, since a spec may hold slashes, too.
std::string part_of(const std::string& title, std::string_view name) {
  const std::string mark = fmt::format("/{}:", name);
  const std::size_t at = title.rfind(mark);
  if (at == title.npos) return {};
  const std::size_t begin = at + mark.size();
  return title.substr(begin, title.find('/', begin) - begin);
}

// The title is the name of the row: see name_of().
bool read_title(Timeline& timeline) {
  const std::string& title = timeline.title;
  const std::size_t shape = title.find('/');
  const std::size_t scheduler = title.rfind("/scheduler:");
  if (shape == title.npos || scheduler == title.npos || shape >= scheduler) return false;
  timeline.workload = title.substr(shape + 1, scheduler - shape - 1);
  timeline.scheduler = part_of(title, "scheduler");
  timeline.machine = part_of(title, "machine");
  return !timeline.machine.empty();
}

}  // namespace

Timeline read_timeline(const JsonFile& file) {
  const auto& [path, text] = file;
  Reader reader;
  bool whole = false;
  try {
    whole = Json::sax_parse(text, &reader);
  } catch (const BadEvent& error) {
    throw ResultsError(fmt::format("{}: event {}: {}: draw the timeline again.", path,
                                   reader.events + 1, error.what()));
  }
  if (!whole) {
    throw ResultsError(fmt::format("{} is damaged or cut off at byte {}: draw the timeline anew.",
                                   path, reader.broken_at.value_or(0)));
  }
  reader.assembly.finish();
  Timeline timeline = std::move(reader.assembly.timeline);
  timeline.file = file_name(path);
  if (timeline.tracks.empty() || !read_title(timeline)) {
    throw ResultsError(fmt::format("{} is no timeline of `loopsteal run --trace`.", path));
  }
  return timeline;
}

}  // namespace loopsteal
