// A timeline of one run, as `loopsteal run --trace` wrote it, and packed for the page.
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
  std::int64_t waited_ns = 0;  ///< For a job: from ready to run.
  std::uint16_t from = 0;      ///< For a job: the track where it was made ready.
  std::uint8_t kind = 0;       ///< Its index in Timeline::kinds.
};

struct TimelineArrow {
  bool steal = false;  ///< Victim to thief; otherwise waker to sleeper.
  std::uint16_t from = 0;
  std::uint16_t to = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::uint32_t jobs = 0;  ///< For a steal.
};

struct TimelineTrack {
  std::string name = {};
  std::vector<TimelineSlice> slices = {};  ///< In order, without overlap.
};

struct Timeline {
  std::string file = {};
  std::string title = {};  ///< The name of the measured row.
  std::string scheduler = {};
  std::string workload = {};
  std::string machine = {};
  std::uint32_t workers = 0;
  std::uint64_t dropped = 0;   ///< Events that the run could not keep.
  std::uint64_t left_out = 0;  ///< Slices that shorten() removed.
  std::int64_t end_ns = 0;
  std::vector<std::string> kinds = {};  ///< "parked", and the causes of ready jobs.
  std::vector<TimelineTrack> tracks = {};
  std::vector<TimelineArrow> arrows = {};

  [[nodiscard]] std::size_t slices() const;
};

/// Cuts the timeline off after `most` slices or arrows, and records it in `left_out`.
void shorten(Timeline& timeline, std::size_t most);

/// Columns of integers. A slice has the gap to the one before it instead of its beginning, which is
/// shorter.
Json to_json(const Timeline& timeline);

}  // namespace loopsteal
