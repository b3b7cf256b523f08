#include "bench/report/timeline.hpp"

#include <algorithm>
#include <limits>

namespace loopsteal {
namespace {

// Beginning of the first slice or arrow beyond `most`, or never.
std::int64_t end_of_room(std::vector<std::int64_t> begins, std::size_t most) {
  if (begins.size() <= most) return std::numeric_limits<std::int64_t>::max();
  const auto last = begins.begin() + static_cast<std::ptrdiff_t>(most);
  std::ranges::nth_element(begins, last);
  return *last;
}

Json to_json(const TimelineTrack& track) {
  std::vector<std::int64_t> gap, length, waited;
  std::vector<std::uint32_t> kind, from;
  std::int64_t at = 0;
  for (const TimelineSlice& slice : track.slices) {
    gap.push_back(slice.begin_ns - at);
    length.push_back(slice.length_ns);
    kind.push_back(slice.kind);
    from.push_back(slice.from);
    waited.push_back(slice.waited_ns);
    at = slice.begin_ns + slice.length_ns;
  }
  return {{"name", track.name}, {"gap", gap},   {"length", length},
          {"kind", kind},       {"from", from}, {"waited", waited}};
}

Json to_json(const std::vector<TimelineArrow>& arrows) {
  std::vector<std::uint32_t> steal, from, to, jobs;
  std::vector<std::int64_t> at, until;
  for (const TimelineArrow& arrow : arrows) {
    steal.push_back(arrow.steal ? 1 : 0);
    from.push_back(arrow.from);
    to.push_back(arrow.to);
    at.push_back(arrow.begin_ns);
    until.push_back(arrow.end_ns);
    jobs.push_back(arrow.jobs);
  }
  return {{"steal", steal}, {"from", from},   {"to", to},
          {"at", at},       {"until", until}, {"jobs", jobs}};
}

}  // namespace

std::size_t Timeline::slices() const {
  std::size_t count = 0;
  for (const TimelineTrack& track : tracks) count += track.slices.size();
  return count;
}

void shorten(Timeline& timeline, std::size_t most) {
  std::vector<std::int64_t> slices, arrows;
  for (const TimelineTrack& track : timeline.tracks) {
    for (const TimelineSlice& slice : track.slices) slices.push_back(slice.begin_ns);
  }
  for (const TimelineArrow& arrow : timeline.arrows) arrows.push_back(arrow.begin_ns);
  const std::int64_t end = std::min(end_of_room(slices, most), end_of_room(arrows, most));
  if (end == std::numeric_limits<std::int64_t>::max()) return;
  const std::size_t before = timeline.slices();
  for (TimelineTrack& track : timeline.tracks) {
    std::erase_if(track.slices, [&](const TimelineSlice& slice) { return slice.begin_ns >= end; });
    // Slices in progress at the end continue to the edge.
    for (TimelineSlice& slice : track.slices)
      slice.length_ns = std::min(slice.length_ns, end - slice.begin_ns);
  }
  std::erase_if(timeline.arrows, [&](const TimelineArrow& arrow) { return arrow.end_ns >= end; });
  timeline.left_out = before - timeline.slices();
  timeline.end_ns = end;
}

Json to_json(const Timeline& timeline) {
  Json json = {{"file", timeline.file},
               {"title", timeline.title},
               {"clock", timeline.machine == "sim" ? "virtual" : "real"},
               {"scheduler", timeline.scheduler},
               {"workload", timeline.workload},
               {"workers", timeline.workers},
               {"end_ns", timeline.end_ns},
               {"dropped", timeline.dropped},
               {"left_out", timeline.left_out},
               {"kinds", timeline.kinds},
               {"tracks", Json::array()},
               {"arrows", to_json(timeline.arrows)}};
  for (const TimelineTrack& track : timeline.tracks) json["tracks"].push_back(to_json(track));
  return json;
}

}  // namespace loopsteal
