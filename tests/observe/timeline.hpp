// Reads a timeline back as a viewer would, and checks what viewers rely on.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sched/observe/recorder.hpp"

namespace loopsteal {

/// Something on a track. An instant or a counter has no length.
struct TimelineItem {
  std::string track;
  std::string category;
  std::string name;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  nlohmann::json args;
};

/// From one track to another.
struct TimelineArrow {
  std::string name;
  std::string from;
  std::string to;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
};

/// Items in the order of the file.
struct Timeline {
  std::string process;
  std::map<int, std::string> tracks;  ///< Name by thread id.
  std::vector<TimelineItem> slices;
  std::vector<TimelineItem> instants;
  std::vector<TimelineItem> counters;
  std::vector<TimelineArrow> arrows;
  nlohmann::json other;

  [[nodiscard]] std::vector<TimelineItem> slices_of(std::string_view category) const;
  [[nodiscard]] std::vector<TimelineItem> instants_named(std::string_view name) const;
  [[nodiscard]] std::vector<TimelineArrow> arrows_named(std::string_view name) const;
};

[[nodiscard]] std::string trace_text(const Recorder& recorder);

/// Throws if `text` is no timeline: no JSON, fields missing, or an arrow without exactly one start
/// and one finish.
[[nodiscard]] Timeline read_timeline(std::string_view text);

/// Throws unless slices nest on every track, jobs and sleeps of a track follow each other, and each
/// end of an arrow lies at the beginning of a slice of the arrow's kind.
void check_geometry(const Timeline& timeline);

/// Both of the above, of what the recorder writes.
[[nodiscard]] Timeline sound_timeline(const Recorder& recorder);

}  // namespace loopsteal
