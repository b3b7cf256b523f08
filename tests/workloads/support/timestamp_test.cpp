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

TEST(Timestamp, IsInUtcWhateverItsZone) {
  const Duration noon = *parse_timestamp("2024-05-10 12:00:00");
  for (const char* const text :
       {"2024-05-10 12:00:00Z", "2024-05-10 12:00:00+00:00", "2024-05-10 12:00:00-00:00",
        "2024-05-10T14:00:00+02:00", "2024-05-10 14:00:00.000+0200", "2024-05-10 14:00:00+02",
        "2024-05-10 07:30:00-04:30", "2024-05-11 02:00:00+14:00"}) {
    EXPECT_EQ(parse_timestamp(text), noon) << text;
  }
  // As Azure's trace of 2024 has them: six decimals, or none.
  EXPECT_EQ(*parse_timestamp("2024-05-10 00:00:01+00:00") -
                *parse_timestamp("2024-05-10 00:00:00.010000+00:00"),
            std::chrono::milliseconds(990));
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
                                 "2023-11-16 18:17:03+",
                                 "2023-11-16 18:17:03+2",
                                 "2023-11-16 18:17:03+02:",
                                 "2023-11-16 18:17:03+02:0",
                                 "2023-11-16 18:17:03+02:60",
                                 "2023-11-16 18:17:03+15:00",
                                 "2023-11-16 18:17:03+02:00:00",
                                 "2023-11-16 18:17:03 +02:00",
                                 "2023-11-16 18:17:03Z+02:00",
                                 "2023-11-16 18:17:03.+02:00",
                                 "-2023-11-16 18:17:03",
                                 "1969-12-31 23:59:59",
                                 "1970-01-01 00:59:59+01:00",
                                 "2200-01-01 00:00:00",
                                 "1700158623"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace loopsteal
