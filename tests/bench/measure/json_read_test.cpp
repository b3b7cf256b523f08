// Values read out of JSON: what fits, and what is refused instead of wrapped.
#include "bench/measure/json_read.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

template <class T>
std::optional<T> read(const char* text) {
  return read_as<T>(Json::parse(text));
}

TEST(JsonRead, IntegersOfEachWidthAtTheirEnds) {
  EXPECT_EQ(read<std::uint32_t>("4294967295"), 4294967295u);
  EXPECT_EQ(read<std::uint32_t>("4294967296"), std::nullopt);
  EXPECT_EQ(read<std::uint32_t>("-1"), std::nullopt);
  EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(read<std::uint64_t>("18446744073709551616"), std::nullopt) << "a double to the parser";
  EXPECT_EQ(read<std::int64_t>("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(read<std::int64_t>("9223372036854775808"), std::nullopt);
  EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(JsonRead, WholeNumbersMayBeWrittenAsDoubles) {
  EXPECT_EQ(read<std::uint32_t>("1e3"), 1000u);
  EXPECT_EQ(read<std::int64_t>("-9.223372036854775808e18"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read<std::int64_t>("9.223372036854775808e18"), std::nullopt);
  EXPECT_EQ(read<std::uint32_t>("0.5"), std::nullopt);
  EXPECT_EQ(read<std::uint32_t>("1e300"), std::nullopt);
  EXPECT_EQ(read<std::uint32_t>("-1e300"), std::nullopt);
  EXPECT_EQ(whole_number<std::int64_t>(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(whole_number<std::int64_t>(std::numeric_limits<double>::infinity()), std::nullopt);
}

TEST(JsonRead, OtherKindsAreRefused) {
  EXPECT_EQ(read<std::uint32_t>("true"), std::nullopt);
  EXPECT_EQ(read<std::uint32_t>("\"1\""), std::nullopt);
  EXPECT_EQ(read<bool>("1"), std::nullopt);
  EXPECT_EQ(read<std::string>("1"), std::nullopt);
  EXPECT_EQ(read<double>("null"), std::nullopt);
  EXPECT_EQ(read_field<double>(Json::parse("[1]"), "a"), std::nullopt);
}

TEST(JsonRead, AListIsReadIfAllOfItCanBe) {
  using Lists = std::vector<std::vector<std::uint64_t>>;
  EXPECT_EQ(read<Lists>("[[1, 2], []]"), (Lists{{1, 2}, {}}));
  EXPECT_EQ(read<Lists>("[[1, -2]]"), std::nullopt);
  EXPECT_EQ(read<Lists>("[1]"), std::nullopt);
  EXPECT_EQ(read<Lists>("{}"), std::nullopt);
}

TEST(JsonRead, HashesAreOfSixteenDigitsAtMost) {
  EXPECT_EQ(read_hash("00ff"), 255u);
  EXPECT_EQ(read_hash("ffffffffffffffff"), 18446744073709551615u);
  for (const char* text : {"", "x", "0x1", "1 ", "-1", "10000000000000000"})
    EXPECT_THROW(static_cast<void>(read_hash(text)), SpecError) << text;
}

}  // namespace
}  // namespace loopsteal
