// parse_spec, to_string and the search for the nearest known name.
#include "sched/core/config/spec.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

// The message of the SpecError that `text` makes, or "" if it makes none.
std::string error_of(std::string_view text) {
  try {
    parse_spec(text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(Spec, ReadsANameAlone) {
  const Spec spec = parse_spec("work_stealing");
  EXPECT_EQ(spec.name, "work_stealing");
  EXPECT_TRUE(spec.settings.empty());
}

TEST(Spec, ReadsSettingsInTheirOrder) {
  const Spec spec = parse_spec("requests:service=pareto,load=0.8");
  const std::vector<std::pair<std::string, std::string>> expected = {{"service", "pareto"},
                                                                     {"load", "0.8"}};
  EXPECT_EQ(spec.name, "requests");
  EXPECT_EQ(spec.settings, expected);
}

TEST(Spec, AValueMayHoldEqualsAndColon) {
  const Spec spec = parse_spec("echo:address=127.0.0.1:80,filter=a=b");
  EXPECT_EQ(spec.settings[0].second, "127.0.0.1:80");
  EXPECT_EQ(spec.settings[1].second, "a=b");
}

TEST(Spec, DropsSpacesAroundItsParts) {
  EXPECT_EQ(parse_spec("  uts : tree = T1 , batch = 2 "), parse_spec("uts:tree=T1,batch=2"));
}

TEST(Spec, WritesWhatItReads) {
  for (const char* text : {"fib", "tokio-1.53", "uts:tree=T1", "a:b=c=d:e,f=g"}) {
    EXPECT_EQ(to_string(parse_spec(text)), text);
  }
}

TEST(Spec, EachErrorSaysWhatAndHow) {
  EXPECT_NE(error_of("").find("no name"), std::string::npos);
  EXPECT_NE(error_of(":a=b").find("no name"), std::string::npos);
  EXPECT_NE(error_of("two words").find("cannot be a name"), std::string::npos);
  EXPECT_NE(error_of("uts:").find("setting is missing"), std::string::npos);
  EXPECT_NE(error_of("uts:tree=T1,").find("setting is missing"), std::string::npos);
  EXPECT_NE(error_of("uts:,tree=T1").find("setting is missing"), std::string::npos);
  EXPECT_NE(error_of("uts:tree").find("key=value"), std::string::npos);
  EXPECT_NE(error_of("uts:tree=").find("has no value"), std::string::npos);
  EXPECT_NE(error_of("uts:=T1").find("key of a setting"), std::string::npos);
  EXPECT_NE(error_of("uts:tr ee=T1").find("key of a setting"), std::string::npos);
  EXPECT_NE(error_of("uts:tree=T1,tree=T2").find("given twice"), std::string::npos);
}

TEST(Spec, ErrorsQuoteTheWholeText) {
  EXPECT_NE(error_of("uts:tree=T1,tree=T2").find("\"uts:tree=T1,tree=T2\""), std::string::npos);
}

constexpr std::array<std::string_view, 5> kSchedulers = {"event_loop", "sharded_loops",
                                                         "shared_queue", "work_stealing", "onetbb"};

TEST(Nearest, FindsTheMistyped) {
  EXPECT_EQ(nearest("work_staeling", kSchedulers), "work_stealing");  // Neighbours exchanged.
  EXPECT_EQ(nearest("workstealing", kSchedulers), "work_stealing");
  EXPECT_EQ(nearest("eventloop", kSchedulers), "event_loop");
  EXPECT_EQ(nearest("onettb", kSchedulers), "onetbb");
}

TEST(Nearest, FindsTheBeginning) {
  EXPECT_EQ(nearest("work", kSchedulers), "work_stealing");
  EXPECT_EQ(nearest("sharded", kSchedulers), "sharded_loops");
}

TEST(Nearest, FindsNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("goroutines", kSchedulers), "");
  EXPECT_EQ(nearest("s", kSchedulers), "");
  EXPECT_EQ(nearest("", kSchedulers), "");
  EXPECT_EQ(nearest("event_loop", {}), "");
}

TEST(Nearest, TakesTheNearestOfSeveral) {
  constexpr std::array<std::string_view, 3> kWords = {"bursts", "burst", "bust"};
  EXPECT_EQ(nearest("burst", kWords), "burst");
}

TEST(DidYouMean, ListsAllWhenNothingIsNear) {
  constexpr std::array<std::string_view, 2> kWords = {"fifo", "lifo"};
  EXPECT_EQ(did_you_mean("fifoo", kWords), " Did you mean \"fifo\"?");
  EXPECT_EQ(did_you_mean("random", kWords), " Known: fifo, lifo.");
  EXPECT_EQ(did_you_mean("random", {}), " There is nothing to set here.");
}

}  // namespace
}  // namespace loopsteal
