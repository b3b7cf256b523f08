#include "workloads/support/timestamp.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(Timestamp, CountsFrom1970) {
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00"), Duration(0));
  EXPECT_EQ(parse_timestamp("1970-01-02 01:01:01.5"), Duration(90'061'500'000'000));
  EXPECT_EQ(parse_timestamp("2023-11-16 18:17:03.9799600"), Duration(1'700'158'623'979'960'000));
  EXPECT_EQ(parse_timestamp("2023-11-16T18:17:03.979960Z"), Duration(1'700'158'623'979'960'000));
}

TEST(Timestamp, KnowsLeapYears) {
  EXPECT_EQ(*parse_timestamp("2024-03-01 00:00:00") - *parse_timestamp("2024-02-28 00:00:00"),
            std::chrono::hours(48));
  EXPECT_FALSE(parse_timestamp("2023-02-29 00:00:00"));
}

TEST(Timestamp, IsNothingElse) {
  for (const char* const text : {"",
                                 "2023",
                                 "2023-11-16",
                                 "2023-11-16 18:17",
                                 "2023-11-16 18:17:",
                                 "2023-11-16 18:17:0x",
                                 "2023-11-16 24:00:00",
                                 "2023-13-16 18:17:03",
                                 "2023-00-16 18:17:03",
                                 "2023-11-31 18:17:03",
                                 "2023-11-16 18:60:03",
                                 "2023-11-16 18:17:60",
                                 "2023-11-16 18:17:03.",
                                 "2023/11/16 18:17:03",
                                 "2023-11-16 18:17:03.1234567890",
                                 "2023-11-16 18:17:03 ",
                                 "-2023-11-16 18:17:03",
                                 "1969-12-31 23:59:59",
                                 "2200-01-01 00:00:00",
                                 "1700158623"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace loopsteal
