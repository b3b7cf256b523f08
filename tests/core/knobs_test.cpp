// Tables of knobs: reading, printing, limits, and what an error says.
#include "sched/core/config/knobs.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/config/knob_makers.hpp"
#include "tests/core/knob_round_trip.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

enum class Order { fifo, lifo };
constexpr Named<Order> kOrders[] = {{"fifo", Order::fifo}, {"lifo", Order::lifo}};
constexpr Named<int> kIntervalWords[] = {{"adaptive", 0}};
constexpr Named<std::optional<std::uint32_t>> kBudgetWords[] = {{"off", std::nullopt}};

struct Options {
  std::uint16_t capacity = 256;
  int interval = 61;
  std::optional<std::uint32_t> budget = 128;
  Order order = Order::fifo;
  bool lifo_slot = true;
  Duration period = 10us;
  double load = 0.8;
  std::string label = "none";
};

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::capacity, Range{4, 65535}>("queue_capacity", "Slots of a queue.", "Tokio: 256"),
    knob<&Options::interval, Range{1, 1000}, kIntervalWords>("interval", "Polls.", "Go: 61"),
    knob<&Options::budget, Range{1, 4096}, kBudgetWords>("budget", "Operations.", "Tokio: 128"),
    knob<&Options::order, kOrders>("local_order", "Which end.", "Tokio: fifo"),
    knob<&Options::lifo_slot>("lifo_slot", "A slot in front.", "Tokio: on"),
    knob<&Options::period, Range{1'000, 1'000'000'000}>("period", "Time between.", "ours"),
    knob<&Options::load, Thousandths{10, 2'500}>("load", "Share of the capacity.", "ours"),
    knob<&Options::label>("label", "A note.", "ours")};

std::span<const Knob<Options>> knobs() { return kKnobs; }

Options read(std::string_view text) {
  Options options;
  apply(options, knobs(), parse_spec(text));
  return options;
}

std::string error_of(std::string_view text) {
  try {
    read(text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(Knobs, SetEveryKindOfField) {
  const Options options = read(
      "x:queue_capacity=4,interval=7,budget=off,local_order=lifo,lifo_slot=off,period=1.5ms,"
      "load=1.25,label=a=b:c");
  EXPECT_EQ(options.capacity, 4);
  EXPECT_EQ(options.interval, 7);
  EXPECT_EQ(options.budget, std::nullopt);
  EXPECT_EQ(options.order, Order::lifo);
  EXPECT_FALSE(options.lifo_slot);
  EXPECT_EQ(options.period, 1500us);
  EXPECT_DOUBLE_EQ(options.load, 1.25);
  EXPECT_EQ(options.label, "a=b:c");
}

TEST(Knobs, AWordStandsBesideNumbers) {
  EXPECT_EQ(read("x:interval=adaptive").interval, 0);
  EXPECT_EQ(read("x:budget=64").budget, 64u);
  EXPECT_NE(error_of("x:interval=0").find("1..1000"), std::string::npos);
  EXPECT_NE(error_of("x:interval=adaptiv").find("Did you mean \"adaptive\"?"), std::string::npos);
}

TEST(Knobs, ValuesAreDescribedFromTheirLimits) {
  std::vector<std::string> values;
  for (const KnobRow& row : describe(knobs())) values.push_back(row.values);
  const std::vector<std::string> expected = {
      "4..65535", "adaptive|1..1000", "off|1..4096", "fifo|lifo",
      "on|off",   "1us..1s",          "0.01..2.5",   "text"};
  EXPECT_EQ(values, expected);
}

TEST(Knobs, DescribeGivesDefaultsAndOrigins) {
  const std::vector<KnobRow> rows = describe(knobs());
  EXPECT_EQ(rows[0].default_value, "256");
  EXPECT_EQ(rows[0].origin, "Tokio: 256");
  EXPECT_EQ(rows[2].default_value, "128");
  EXPECT_EQ(rows[5].default_value, "10us");
  EXPECT_EQ(rows[6].default_value, "0.8");
}

TEST(Knobs, RoundTrip) {
  testing::expect_round_trip(knobs(), Options{});
  testing::expect_round_trip(knobs(), read("x:interval=adaptive,budget=off,load=0.1,period=1us"));
}

TEST(Knobs, AnUnknownKeyNamesTheNearest) {
  EXPECT_EQ(error_of("work:lifo_slto=on"),
            "\"work\" has no setting \"lifo_slto\". Did you mean \"lifo_slot\"?");
  EXPECT_NE(error_of("work:zebra=on").find("Known: queue_capacity, interval"), std::string::npos);
}

TEST(Knobs, AValueOutOfRangeNamesSettingAndRange) {
  EXPECT_EQ(error_of("work:queue_capacity=3"),
            "work:queue_capacity=3: \"3\" is out of range: 4..65535 is allowed.");
  EXPECT_NE(error_of("work:queue_capacity=99999999999999999999").find("4..65535"),
            std::string::npos);
  EXPECT_NE(error_of("work:period=2s").find("1us..1s"), std::string::npos);
  EXPECT_NE(error_of("work:load=0").find("0.01..2.5"), std::string::npos);
  EXPECT_NE(error_of("work:load=nan").find("not a number"), std::string::npos);
}

TEST(Knobs, ANumberTooLargeForAnyRangeIsToldWhereItEnds) {
  const auto error_of_number = [](std::string_view text) -> std::string {
    try {
      static_cast<void>(parse_integer(text, {.low = 0}));
    } catch (const SpecError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of_number("99999999999999999999"),
            "\"99999999999999999999\" is out of range: 0..9223372036854775807 is allowed.");
  EXPECT_EQ(error_of_number("-1"), "\"-1\" is out of range: 0 or more is allowed.");
}

TEST(Knobs, AValueOfTheWrongKindSaysWhatIsAllowed) {
  EXPECT_NE(error_of("w:queue_capacity=many").find("not a whole number"), std::string::npos);
  EXPECT_NE(error_of("w:queue_capacity=4.5").find("not a whole number"), std::string::npos);
  EXPECT_NE(error_of("w:lifo_slot=yes").find("neither \"on\" nor \"off\""), std::string::npos);
  EXPECT_NE(error_of("w:local_order=filo").find("fifo|lifo"), std::string::npos);
  EXPECT_NE(error_of("w:local_order=fiffo").find("Did you mean \"fifo\"?"), std::string::npos);
}

TEST(Knobs, ARefusedValueChangesNothing) {
  Options options;
  const Spec spec = parse_spec("x:queue_capacity=1");
  EXPECT_THROW(apply(options, knobs(), spec), SpecError);
  EXPECT_EQ(options.capacity, 256);
}

TEST(Knobs, TakeKnownLeavesTheRest) {
  Options options;
  const Spec rest = take_known(options, knobs(), parse_spec("x:interval=5,threads=2"));
  EXPECT_EQ(options.interval, 5);
  EXPECT_EQ(to_string(rest), "x:threads=2");
  EXPECT_THROW(reject_rest(rest, describe(knobs())), SpecError);
  EXPECT_NO_THROW(reject_rest(Spec{"x", {}}, describe(knobs())));
}

TEST(Knobs, OnlyWhatDiffersNamesAResult) {
  EXPECT_TRUE(settings_that_differ(Options{}, knobs()).empty());
  const Options options = read("x:lifo_slot=off,interval=adaptive,queue_capacity=256");
  const Spec spec{"x", settings_that_differ(options, knobs())};
  EXPECT_EQ(to_string(spec), "x:interval=adaptive,lifo_slot=off");
}

TEST(Durations, ReadWithTheirUnit) {
  EXPECT_EQ(parse_duration("100ns"), 100ns);
  EXPECT_EQ(parse_duration("10us"), 10us);
  EXPECT_EQ(parse_duration("1.5ms"), 1500us);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration("1.5min"), 90s);
  EXPECT_EQ(parse_duration("0ns"), 0ns);
}

std::string duration_error(std::string_view text) {
  try {
    parse_duration(text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(Durations, ANumberWithoutUnitIsAnErrorThatSaysSo) {
  EXPECT_NE(duration_error("10").find("has no unit"), std::string::npos);
  EXPECT_NE(duration_error("10").find("as in 10us"), std::string::npos);
  EXPECT_NE(duration_error("0").find("has no unit"), std::string::npos);
}

TEST(Durations, RefuseWhatIsNone) {
  EXPECT_NE(duration_error("10 us").find("unknown unit"), std::string::npos);
  EXPECT_NE(duration_error("10h").find("unknown unit"), std::string::npos);
  for (const char* text : {"", "us", "-1us", "nan", "inf", ".5us", "fast"}) {
    EXPECT_NE(duration_error(text).find("not a duration"), std::string::npos) << text;
  }
  for (const char* text : {"0.5ns", "1.00000000001s", "1.0000000001s", "99999999999s"}) {
    EXPECT_NE(duration_error(text).find("64 bits"), std::string::npos) << text;
  }
}

TEST(Durations, PrintInTheLargestUnitAndReadBack) {
  EXPECT_EQ(print_duration(0ns), "0ns");
  EXPECT_EQ(print_duration(999ns), "999ns");
  EXPECT_EQ(print_duration(1500us), "1.5ms");
  EXPECT_EQ(print_duration(90s), "90s");
  EXPECT_EQ(print_duration(120s), "2min");
  EXPECT_EQ(print_duration(1s + 1ns), "1.000000001s");
  for (std::int64_t ns = 1; ns < 4'000'000'000'000; ns = ns * 7 + 3) {
    EXPECT_EQ(parse_duration(print_duration(Duration(ns))), Duration(ns)) << ns;
  }
}

}  // namespace
}  // namespace loopsteal
