// Numbers, tables and command lines as people and shells read them.
#include "bench/measure/numbers.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "bench/measure/manifest.hpp"
#include "bench/measure/progress.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {
namespace {

TEST(Numbers, HaveThreeDigitsAndAUnit) {
  EXPECT_EQ(human_time(0), "0 ns");
  EXPECT_EQ(human_time(999), "999 ns");
  EXPECT_EQ(human_time(1'234), "1.23 us");
  EXPECT_EQ(human_time(12'345'678), "12.3 ms");
  EXPECT_EQ(human_time(999'999'999), "1.00 s");
  EXPECT_EQ(human_time(123.4e9), "123 s");
}

TEST(Numbers, CountsAreGrouped) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1'234'567), "1,234,567");
  EXPECT_EQ(human_count(12'345'678), "12.3 M");
  EXPECT_EQ(human_count(1.5e10), "15.0 G");
}

TEST(Numbers, SharesNeverRoundUpToAll) {
  EXPECT_EQ(human_share(1), "100 %");
  EXPECT_EQ(human_share(0.9999), "99.9 %");
  EXPECT_EQ(human_share(0.53), "53 %");
  EXPECT_EQ(human_share(0.004), "0.4 %");
  EXPECT_EQ(human_share(0), "0 %");
}

TEST(Numbers, TimeLeft) {
  EXPECT_EQ(print_seconds(-1), "0 s");
  EXPECT_EQ(print_seconds(59.4), "59 s");
  EXPECT_EQ(print_seconds(200), "3 min 20 s");
  EXPECT_EQ(print_seconds(3'900), "1 h 5 min");
}

TEST(TextTable, AlignsAndLeavesNoBlanksAtTheEnd) {
  TextTable table({{"name", Align::left}, {"n", Align::right}});
  table.add({{"a"}, {"12,345"}});
  table.add({{"longer"}});
  EXPECT_EQ(table.render(TableStyle::text, false, 2),
            "  name         n\n"
            "  a       12,345\n"
            "  longer\n");
}

TEST(TextTable, ColoursDoNotCountAsWidth) {
  TextTable table({{"x", Align::left}, {"y", Align::left}});
  table.add({{"good", Colour::good}, {"z"}});
  EXPECT_NE(table.render(TableStyle::text, true).find("\x1b[32mgood\x1b[0m  z"), std::string::npos);
}

TEST(TextTable, MarkdownEscapesItsBars) {
  TextTable table({{"values", Align::left}, {"n", Align::right}});
  table.add({{"on|off"}, {"1"}});
  EXPECT_EQ(table.render(TableStyle::markdown, false),
            "| values  |   n |\n"
            "| ------- | --: |\n"
            "| on\\|off |   1 |\n");
}

TEST(ShellLine, IsWhatAShellTakesBack) {
  const std::vector<std::string_view> words = {
      "loopsteal", "run", "--workload", "a:b=c,d=e", "two words", "it's", ""};
  EXPECT_EQ(shell_line(words), "loopsteal run --workload a:b=c,d=e 'two words' 'it'\\''s' ''");
}

}  // namespace
}  // namespace loopsteal
