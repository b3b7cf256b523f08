// What is packed can be unpacked, and what is too long is cut at one time for all tracks.
#include "bench/report/timeline.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

Timeline two_tracks() {
  Timeline timeline{.kinds = {"parked", "woken"}};
  timeline.tracks = {{"worker 0", {}}, {"worker 1", {}}};
  for (std::int64_t i = 0; i < 10; ++i) {
    timeline.tracks[0].slices.push_back({i * 100, 90, 5, 1, 1});
    timeline.tracks[1].slices.push_back({i * 100 + 50, 20, 0, 1, 0});
  }
  timeline.arrows = {{true, 0, 1, 120, 130, 3}, {false, 1, 0, 800, 900, 0}};
  timeline.end_ns = 990;
  return timeline;
}

TEST(Timeline, GapsAndLengthsAddUpToBegins) {
  const Json track = to_json(two_tracks())["tracks"][0];
  std::int64_t at = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    at += track["gap"][i].get<std::int64_t>();
    EXPECT_EQ(at, static_cast<std::int64_t>(i) * 100);
    at += track["length"][i].get<std::int64_t>();
  }
}

TEST(Timeline, ThatFitsIsLeftAsItIs) {
  Timeline timeline = two_tracks();
  shorten(timeline, 20);
  EXPECT_EQ(timeline.slices(), 20U);
  EXPECT_EQ(timeline.left_out, 0U);
  EXPECT_EQ(timeline.end_ns, 990);
}

TEST(Timeline, ThatDoesNotFitKeepsItsBeginning) {
  Timeline timeline = two_tracks();
  shorten(timeline, 5);
  EXPECT_EQ(timeline.slices(), 5U);
  EXPECT_EQ(timeline.left_out, 15U);
  EXPECT_EQ(timeline.end_ns, 250);
  for (const TimelineTrack& track : timeline.tracks) {
    for (const TimelineSlice& slice : track.slices)
      EXPECT_LE(slice.begin_ns + slice.length_ns, timeline.end_ns);
  }
  ASSERT_EQ(timeline.arrows.size(), 1U);
  EXPECT_TRUE(timeline.arrows[0].steal);
}

}  // namespace
}  // namespace loopsteal
