#include "sched/observe/trace.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace loopsteal {

// ---- Keeping ------------------------------------------------------------------------------------

void TraceBuffer::reset(std::size_t max_events) noexcept {
  chunks_.clear();
  max_events_ = max_events;
  size_ = 0;
  dropped_ = 0;
}

void TraceBuffer::add(const TraceEvent& event) noexcept {
  if (size_ == max_events_ || (size_ == chunks_.size() * kChunk && !grow())) [[unlikely]] {
    if (dropped_++ == 0) dropped_from_ = event.at;
    return;
  }
  chunks_[size_ / kChunk][size_ % kChunk] = event;
  ++size_;
}

bool TraceBuffer::grow() noexcept {
  try {
    chunks_.push_back(std::make_unique<TraceEvent[]>(kChunk));
    return true;
  } catch (const std::bad_alloc&) {
    max_events_ = size_;  // Later events are missing, as if no more had been requested.
    return false;
  }
}

TextSink text_into(std::FILE* file) {
  return [file](std::string_view text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0)
      return;
    throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(),
                            "cannot write the timeline");
  };
}

// ---- Drawing ------------------------------------------------------------------------------------

namespace {

constexpr Duration kMarkLength{100};
constexpr std::size_t kPiece = 64 * 1024;

/// A slice that marks one end of an arrow.
struct Mark {
  enum class Meaning : std::uint8_t { steal, stolen, wake, woken };
  TimePoint at;
  TimePoint until;
  Meaning meaning;
  std::uint32_t other;  ///< Track at the other end of the arrow.
  std::uint32_t jobs;
};

/// An arrow from (track, time) to (track, time).
struct Arrow {
  std::uint32_t from_track;
  std::uint32_t to_track;
  TimePoint from;
  TimePoint to;
  bool steal;
};

/// A job or a sleep with a length. Slices of one track do not overlap.
struct Slice {
  TimePoint at;
  TimePoint until;
  bool park;
};

struct Track {
  const TraceBuffer* events;
  std::string name;
  std::vector<Slice> slices;  ///< In order.
  std::vector<Mark> marks;
};

constexpr std::string_view name_of(ReadyCause cause) {
  switch (cause) {
    case ReadyCause::spawned:
      return "spawned";
    case ReadyCause::woken:
      return "woken";
    case ReadyCause::yielded:
      return "yielded";
    case ReadyCause::timer:
      return "timer";
    case ReadyCause::io:
      return "io";
    case ReadyCause::unblocked:
      return "unblocked";
    case ReadyCause::out_of_budget:
      return "out_of_budget";
  }
  return "unknown";
}

/// The slice that contains `at`, if any, and the next one.
struct Place {
  std::vector<Slice>::const_iterator around, next;
  bool inside;
};
Place place_of(const std::vector<Slice>& slices, TimePoint at) {
  const auto next = std::upper_bound(slices.begin(), slices.end(), at,
                                     [](TimePoint t, const Slice& slice) { return t < slice.at; });
  if (next == slices.begin()) return {next, next, false};
  const auto before = std::prev(next);
  return {before, next, at < before->until};
}

/// Gives each mark a length that ends within its slice or gap, and before the next mark, so that
/// slices nest. Marks of the same instant nest in each other.
void lay_out(Track& track) {
  std::stable_sort(track.marks.begin(), track.marks.end(),
                   [](const Mark& a, const Mark& b) { return a.at < b.at; });
  TimePoint next = kForever;   // The next later mark.
  TimePoint after = kForever;  // The mark after the present one, later or not.
  for (auto mark = track.marks.rbegin(); mark != track.marks.rend(); ++mark) {
    if (mark->at != after) next = after;
    after = mark->at;
    mark->until = std::min(mark->at + kMarkLength, next);
    const Place place = place_of(track.slices, mark->at);
    if (place.inside) {
      mark->until = std::min(mark->until, place.around->until);
    } else if (place.next != track.slices.end()) {
      mark->until = std::min(mark->until, place.next->at);
    }
  }
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

class ChromeTrace {
 public:
  ChromeTrace(const TextSink& sink, const TraceSource& source)
      : sink_(sink), begin_(source.begin), outside_(static_cast<WorkerId>(source.workers.size())) {
    for (std::size_t w = 0; w < source.workers.size(); ++w)
      tracks_.push_back({source.workers[w], fmt::format("worker {}", w), {}, {}});
    tracks_.push_back({&source.outside, "outside", {}, {}});
    for (Track& track : tracks_) collect_slices(track);
    for (std::uint32_t i = 0; i < tracks_.size(); ++i) collect_arrows(i);
    for (Track& track : tracks_) lay_out(track);
  }

  void write(std::string_view title) {
    put("{{\"traceEvents\":[\n");
    put(R"({{"ph":"M","pid":1,"name":"process_name","args":{{"name":{}}}}})", quoted(title));
    for (std::uint32_t i = 0; i < tracks_.size(); ++i) write_name(i);
    // Viewers sort by time and keep the order of simultaneous events: first long slices, then the
    // slices inside them, then the arrows, which go to the innermost slice.
    for (std::uint32_t i = 0; i < tracks_.size(); ++i) write_events(i);
    for (std::uint32_t i = 0; i < tracks_.size(); ++i)
      for (const Mark& mark : tracks_[i].marks) write_mark(i, mark);
    for (std::size_t id = 0; id < arrows_.size(); ++id) write_arrow(id + 1, arrows_[id]);
    std::uint64_t dropped = 0;
    for (const Track& track : tracks_) dropped += track.events->dropped();
    put("\n],\"displayTimeUnit\":\"ns\",\"otherData\":{{\"title\":{},\"workers\":{},"
        "\"dropped_events\":{}}}}}\n",
        quoted(title), outside_, dropped);
    sink_({text_.data(), text_.size()});
  }

 private:
  // ---- Tracks, slices, marks --------------------------------------------------------------------

  static void collect_slices(Track& track) {
    for (std::size_t i = 0; i < track.events->size(); ++i) {
      const TraceEvent& event = (*track.events)[i];
      const bool park = event.kind == TraceEvent::Kind::park;
      if ((park || event.kind == TraceEvent::Kind::job) && event.at < event.until)
        track.slices.push_back({event.at, event.until, park});
    }
  }

  void collect_arrows(std::uint32_t track) {
    const TraceBuffer& events = *tracks_[track].events;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const TraceEvent& event = events[i];
      if (event.kind == TraceEvent::Kind::steal) {
        add_arrow({event.other, track, event.at, event.at, true}, event.count);
      } else if (event.kind == TraceEvent::Kind::wake) {
        // An outside thread may have read its clock just before the run began.
        const TimePoint at = std::max(event.at, begin_);
        add_arrow({track, event.other, at, end_of_sleep(tracks_[event.other], at), false}, 0);
      }
    }
  }

  /// A sleeper is woken when its sleep ends; an awake worker finds the token.
  static TimePoint end_of_sleep(const Track& track, TimePoint at) {
    const Place place = place_of(track.slices, at);
    return place.inside && place.around->park ? place.around->until : at;
  }

  void add_arrow(const Arrow& arrow, std::uint32_t jobs) {
    using enum Mark::Meaning;
    const auto [start, finish] = arrow.steal ? std::pair(stolen, steal) : std::pair(wake, woken);
    tracks_[arrow.from_track].marks.push_back({arrow.from, {}, start, arrow.to_track, jobs});
    tracks_[arrow.to_track].marks.push_back({arrow.to, {}, finish, arrow.from_track, jobs});
    arrows_.push_back(arrow);
  }

  // ---- Writing ----------------------------------------------------------------------------------

  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    if (text_.size() < kPiece) return;
    sink_({text_.data(), text_.size()});
    text_.clear();
  }

  /// Common part of all events on tracks. Track i is thread i + 1, as viewers treat 0 differently.
  void open(char phase, std::uint32_t track, std::string_view category, std::string_view name,
            TimePoint at) {
    put(",\n{{\"ph\":\"{}\",\"pid\":1,\"tid\":{},\"cat\":\"{}\",\"name\":\"{}\",\"ts\":{}", phase,
        track + 1, category, name, microseconds(at - begin_));
  }

  static std::string microseconds(Duration duration) {
    const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
  }

  void write_name(std::uint32_t track) {
    put(",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":"
        "\"{}\"}}}}",
        track + 1, tracks_[track].name);
    put(",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{0},\"name\":\"thread_sort_index\",\"args\":{{"
        "\"sort_index\":{0}}}}}",
        track + 1);
  }

  void write_events(std::uint32_t track) {
    const TraceBuffer& events = *tracks_[track].events;
    std::optional<std::uint32_t> depth;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const TraceEvent& event = events[i];
      switch (event.kind) {
        case TraceEvent::Kind::job:
          write_job(track, event);
          if (depth != event.count) write_depth(track, event);
          depth = event.count;
          break;
        case TraceEvent::Kind::park:
          open('X', track, "park", "parked", event.at);
          put(",\"dur\":{}}}", microseconds(event.until - event.at));
          break;
        case TraceEvent::Kind::overflow:
          write_instant(track, "queue", "overflow", event.at);
          break;
        case TraceEvent::Kind::ready:
          write_instant(track, "ready", name_of(event.cause), event.at);
          break;
        case TraceEvent::Kind::steal:
        case TraceEvent::Kind::wake:
          break;  // Drawn as marks and arrows.
      }
    }
    if (events.dropped() != 0) write_instant(track, "trace", "buffer full", events.dropped_from());
  }

  void write_job(std::uint32_t track, const TraceEvent& event) {
    const Duration waited = std::max(event.at - event.ready_at, Duration::zero());
    const std::uint32_t ready_on = event.other == kNoWorker ? outside_ : event.other;
    open('X', track, "job", name_of(event.cause), event.at);
    put(",\"dur\":{},\"args\":{{\"made_ready_on\":\"{}\",\"waited_ns\":{}}}}}",
        microseconds(event.until - event.at), tracks_[ready_on].name, waited.count());
  }

  void write_depth(std::uint32_t track, const TraceEvent& event) {
    open('C', track, "queue", "queue of " + tracks_[track].name, event.at);
    put(",\"args\":{{\"jobs\":{}}}}}", event.count);
  }

  void write_instant(std::uint32_t track, std::string_view category, std::string_view name,
                     TimePoint at) {
    open('i', track, category, name, at);
    put(",\"s\":\"t\"}}");
  }

  void write_mark(std::uint32_t track, const Mark& mark) {
    static constexpr std::string_view kNames[] = {"steal", "stolen", "wake", "woken"};
    static constexpr std::string_view kOther[] = {"victim", "thief", "woken", "waker"};
    const auto meaning = static_cast<std::size_t>(mark.meaning);
    const bool steal = mark.meaning <= Mark::Meaning::stolen;
    open('X', track, steal ? "steal" : "wake", kNames[meaning], mark.at);
    put(",\"dur\":{},\"args\":{{\"{}\":\"{}\"", microseconds(mark.until - mark.at), kOther[meaning],
        tracks_[mark.other].name);
    if (steal) put(",\"jobs\":{}", mark.jobs);
    put("}}}}");
  }

  void write_arrow(std::size_t id, const Arrow& arrow) {
    const std::string_view name = arrow.steal ? "steal" : "wake";
    open('s', arrow.from_track, name, name, arrow.from);
    put(",\"id\":{}}}", id);
    open('f', arrow.to_track, name, name, arrow.to);
    put(",\"id\":{},\"bp\":\"e\"}}", id);
  }

  const TextSink& sink_;
  const TimePoint begin_;
  const WorkerId outside_;  ///< The track after the workers'.
  std::vector<Track> tracks_;
  std::vector<Arrow> arrows_;
  fmt::memory_buffer text_;
};

}  // namespace

void write_chrome_trace(const TextSink& sink, const TraceSource& source, std::string_view title) {
  ChromeTrace(sink, source).write(title);
}

}  // namespace loopsteal
