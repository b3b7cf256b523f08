// How deep is too deep, and where.
#include "workloads/support/json_depth.hpp"

#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

std::string lists(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonDepth, TheDeepestThatIsAllowed) {
  EXPECT_EQ(too_deep(lists(kDeepestJson)), "");
  EXPECT_NE(too_deep(lists(kDeepestJson + 1)), "");
  EXPECT_EQ(too_deep(""), "");
  EXPECT_EQ(too_deep("]]]]"), "") << "what is wrong otherwise is said by the parser";
}

TEST(JsonDepth, SaysWhere) {
  const std::string text = "{\n  \"a\": " + lists(kDeepestJson) + "}";
  // The object is one level, so the 400th list is the first one too deep.
  EXPECT_TRUE(too_deep(text).starts_with("line 2, column 407: ")) << too_deep(text);
}

TEST(JsonDepth, ListsOneAfterAnotherAreNotNested) {
  std::string text = "[";
  for (std::size_t i = 0; i < 10 * kDeepestJson; ++i) text += "[],{},";
  EXPECT_EQ(too_deep(text + "0]"), "");
}

TEST(JsonDepth, BracketsInStringsDoNotCount) {
  const std::string brackets(2 * kDeepestJson, '[');
  EXPECT_EQ(too_deep("[\"" + brackets + "\"]"), "");
  EXPECT_EQ(too_deep("[\"\\\"" + brackets + "\"]"), "") << "an escaped quotation mark";
  EXPECT_NE(too_deep("[\"\\\\\"" + brackets), "") << "an escaped backslash ends nothing";
  EXPECT_EQ(too_deep("\"" + brackets), "") << "a string without end";
}

}  // namespace
}  // namespace loopsteal
