// A timeline of one run, as `loopsteal run --trace` wrote it, and packed as the page reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"

namespace loopsteal {

struct TimelineSlice {
  std::int64_t begin_ns = 0;
  std::int64_t length_ns = 0;
  std::int64_t waited_ns = 0;  ///< Of a job: from ready to run.
  std::uint16_t from = 0;      ///< Of a job: the track where it was made ready.
  std::uint8_t kind = 0;       ///< Its place in Timeline::kinds.
};

struct TimelineArrow {
  bool steal = false;  ///< Victim to thief; otherwise waker to sleeper.
  std::uint16_t from = 0;
  std::uint16_t to = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::uint32_t jobs = 0;  ///< Of a steal.
};

struct TimelineTrack {
  std::string name = {};
  std::vector<TimelineSlice> slices = {};  ///< In order, none over another.
};

struct Timeline {
  std::string file = {};
  std::string title = {};  ///< The name of the row that was measured.
  std::string scheduler = {};
  std::string workload = {};
  std::string machine = {};
  std::uint32_t workers = 0;
  std::uint64_t dropped = 0;   ///< Events that the run could not keep.
  std::uint64_t left_out = 0;  ///< Slices that shortened() took.
  std::int64_t end_ns = 0;
  std::vector<std::string> kinds = {};  ///< "parked", and why jobs were ready.
  std::vector<TimelineTrack> tracks = {};
  std::vector<TimelineArrow> arrows = {};

  [[nodiscard]] std::size_t slices() const;
};

/// Cuts the timeline off where it has had `most` slices or arrows, and says so in `left_out`.
void shorten(Timeline& timeline, std::size_t most);

/// Columns of integers; of a slice the gap to the one before it instead of its begin, which is
/// shorter.
Json to_json(const Timeline& timeline);

}  // namespace loopsteal
