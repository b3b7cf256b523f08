// Cost models as files and as names: what reads back, and what is refused where.
#include "bench/measure/costs_file.hpp"

#include <cstdio>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr std::string_view kText = R"(
[measured]
machine = "a \"quoted\" one"
date = "2024-01-01"

[push_local]
value = 3
spread = [2.5, 3.5]
origin = "guessed"

[wake_up]
value = "1.5us"

[work_stealing.push_local]
value = 6.4

[work.uts]
value = 95

[work.event_loop.uts]
value = 120
)";

CostsFile read(std::string_view text) { return parse_costs_file(text, "c.toml"); }

TEST(CostsFile, ReadsTablesOfAllSchedulersOfOneAndOfWork) {
  const CostsFile file = read(kText);
  EXPECT_EQ(file.machine, "a \"quoted\" one");
  ASSERT_NE(file.find("", "push_local"), nullptr);
  EXPECT_EQ(*file.find("", "push_local"),
            (MeasuredCost{Duration(3), std::pair(2.5, 3.5), "guessed"}));
  EXPECT_EQ(file.find("", "wake_up")->value, Duration(1500));
  EXPECT_EQ(file.find("work_stealing", "push_local")->value, Duration(6));
  EXPECT_EQ(file.find("work", "uts")->value, Duration(95));
  EXPECT_EQ(file.find("", "poll"), nullptr);
}

// Which tasks the caches still hold is a question of the order in which they run.
TEST(CostsFile, WorkMayHangOnTheScheduler) {
  const CostsFile file = read(kText);
  EXPECT_EQ(file.find_work("event_loop", "uts")->value, Duration(120));
  EXPECT_EQ(file.find_work("sharded_loops", "uts")->value, Duration(120));
  EXPECT_EQ(file.find_work("work_stealing", "uts")->value, Duration(95));
  EXPECT_EQ(file.find_work("event_loop", "skynet"), nullptr);
}

TEST(CostsFile, ReadsBackWhatItPrints) {
  const CostsFile file = read(kText);
  EXPECT_EQ(read(print_costs_file(file)), file);
  EXPECT_EQ(print_costs_file(read(print_costs_file(file))), print_costs_file(file));
}

TEST(CostsFile, AnEmptyOneKnowsNothing) {
  EXPECT_EQ(costs_of(read(""), "c.toml").model, unknown_costs());
}

TEST(CostsFile, AProbeIsNoCost) {
  const std::string_view text = "[run]\nvalue = 3\n[probe.hand_overs]\nvalue = 47000\n";
  EXPECT_EQ(read(text).find("probe", "hand_overs")->value, Duration(47'000));
  EXPECT_EQ(costs_of(read(text), "c"), costs_of(read("[run]\nvalue = 3\n"), "c"));
  EXPECT_EQ(read(print_costs_file(read(text))), read(text));
}

struct Refused {
  std::string_view text;
  std::string_view where;
  std::string_view why;
};

class RefusedCosts : public testing::TestWithParam<Refused> {};

TEST_P(RefusedCosts, WithFileLineAndColumn) {
  EXPECT_THAT([] { read(GetParam().text); },
              ThrowsMessage<SpecError>(testing::AllOf(StartsWith(std::string(GetParam().where)),
                                                      HasSubstr(std::string(GetParam().why)))));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedCosts,
    testing::Values(Refused{"[run]\nvalue = -1\n", "c.toml:2:9: ", "0 or more"},
                    Refused{"[run]\nvalue = -0.5\n", "c.toml:2:9: ", "0 or more"},
                    Refused{"[run]\nvalue = nan\n", "c.toml:2:9: ", "no time"},
                    Refused{"[run]\nvalue = inf\n", "c.toml:2:9: ", "an hour"},
                    Refused{"[run]\nvalue = \"-3us\"\n", "c.toml:2:9: ", "value"},
                    Refused{"[run]\nvalue = \"3\"\n", "c.toml:2:9: ", "unit"},
                    Refused{"[run]\nvalue = true\n", "c.toml:2:9: ", "nanoseconds"},
                    Refused{"[run]\norigin = \"x\"\n", "c.toml:1:1: ", "no value"},
                    Refused{"[run]\nvalue = 1\nspread = [3, 2]\n", "c.toml:3:10: ", "low to high"},
                    Refused{"[run]\nvalue = 1\nspread = 3\n", "c.toml:3:10: ", "two numbers"},
                    Refused{"[run]\nvalue = 1\nspraed = [1, 2]\n", "c.toml:3:1: ", "\"spread\""},
                    Refused{"\n[push_locale]\nvalue = 1\n", "c.toml:2:2: ", "\"push_local\""},
                    Refused{"[work_stealing.pol]\nvalue = 1\n", "c.toml:1:16: ", "\"poll\""},
                    Refused{"[deadline_late]\nvalue = 1\n", "c.toml:1:2: ", "\"timer_wake_up\""},
                    Refused{"[event_loop.deadline_late]\nvalue = 1\n",
                            "c.toml:1:13: ", "the sum of the old"},
                    Refused{"[shared_stack.poll]\nvalue = 1\n", "c.toml:1:2: ", "no cost family"},
                    Refused{"[probe.trips]\nvalue = 1\n", "c.toml:1:8: ", "no probe"},
                    Refused{"[onetbb.poll]\nvalue = 1\n", "c.toml:1:2: ", "no scheduler"},
                    Refused{"[work.utz]\nvalue = 1\n", "c.toml:1:7: ", "\"uts\""},
                    Refused{"[measured]\nmachin = \"x\"\n", "c.toml:2:1: ", "\"machine\""},
                    Refused{"run = 3\n", "c.toml:1:7: ", "is a table"},
                    Refused{"[run\n", "c.toml:1:", "."}));

TEST(Costs, ASchedulersOwnComeBeforeTheCommonOnes) {
  const Costs costs = costs_of(read(kText), "c.toml");
  EXPECT_EQ(costs.model.of(Op::push_local), Duration(3));
  const CostModel stealing = costs.for_scheduler("work_stealing").model;
  EXPECT_EQ(stealing.of(Op::push_local), Duration(6));
  EXPECT_EQ(stealing.wake_up, Duration(1500));
  EXPECT_EQ(costs.for_scheduler("shared_queue").model, costs.model);
}

TEST(Costs, ShardedLoopsAreEventLoops) {
  const Costs costs = costs_of(read("[event_loop.poll]\nvalue = 9\n"), "c.toml");
  EXPECT_EQ(costs.for_scheduler("sharded_loops").model.of(Op::poll), Duration(9));
  EXPECT_EQ(costs.for_scheduler("work_stealing").model.of(Op::poll), Duration(0));
}

TEST(Costs, WhatIsNotInTheFileIsUnknownAndAZeroOnPurposeIsNot) {
  Costs costs = costs_of(read("[run]\nvalue = 3\n[poll]\nvalue = 0\n"), "c.toml");
  EXPECT_FALSE(costs.model.unknown.contains(Op::poll));
  EXPECT_TRUE(costs.model.unknown.contains(Op::push_local));
  EXPECT_TRUE(parse_costs("zero").model.unknown.empty());
  const Costs said = parse_costs("reference,push_local=0ns");
  EXPECT_FALSE(said.for_scheduler("work_stealing").model.unknown.contains(Op::push_local));
}

TEST(Costs, OfAFamilyHoldForEverySchedulerThatDeclaresIt) {
  const Costs costs = costs_of(
      read("[run]\nvalue = 3\n[event_loop.run]\nvalue = 7\n[sharded_loops.poll]\nvalue = 9\n"),
      "c.toml");
  EXPECT_EQ(costs.for_scheduler("event_loop").model.run, Duration(7));
  EXPECT_EQ(costs.for_scheduler("sharded_loops").model.run, Duration(7));  // Below its own tables.
  EXPECT_EQ(costs.for_scheduler("sharded_loops").model.of(Op::poll), Duration(9));
  EXPECT_EQ(costs.for_scheduler("shared_queue").model.run, Duration(3));
}

// A scheduler that is no relative of any that was measured: all that is known of it is that nothing
// is. oneTBB declares no family, as a policy does that its author has not thought of.
TEST(Costs, OfFamiliesHoldForNoSchedulerWithoutOne) {
  const Costs reference = parse_costs("reference").for_scheduler("onetbb");
  EXPECT_EQ(reference.model, unknown_costs());
  EXPECT_EQ(parse_costs("zero").for_scheduler("onetbb").model, CostModel{});
  EXPECT_THAT(explained({Op::push_remote}, parse_spec("onetbb"), reference).what(),
              testing::AllOf(HasSubstr("onetbb declares no cost family"), HasSubstr("reference"),
                             HasSubstr("cost_family")));
}

TEST(Costs, AMissingEntryIsRefusedBeforeTheRunWithSchedulerModelAndRemedy) {
  const Costs costs = parse_costs("cpython-3.11");
  const auto check = [&](const char* scheduler, WorkerId workers) {
    const Spec spec = parse_spec(scheduler);
    check_costs_known(spec, workers, costs.for_scheduler(spec.name));
  };
  EXPECT_NO_THROW(check("event_loop", 1));
  EXPECT_NO_THROW(check("sharded_loops", 2));
  EXPECT_THAT([&] { check("shared_queue", 1); },
              ThrowsMessage<UnknownCosts>(testing::AllOf(
                  StartsWith("shared_queue is billed for lock, push_remote and pop_remote"),
                  HasSubstr("the costs cpython-3.11 do not have them"), HasSubstr("calibrate"),
                  HasSubstr("--costs cpython-3.11,lock=0ns,push_remote=0ns,pop_remote=0ns"))));
  // What the original itself does is measured by running it; a shared queue is ours.
  EXPECT_THAT(explained({Charge::timer_wake_up}, parse_spec("event_loop"), costs).what(),
              HasSubstr("calibrate --target cpython-3.11 -o"));
  EXPECT_THAT(explained({Op::push_remote}, parse_spec("shared_queue"), costs).what(),
              testing::Not(HasSubstr("--target")));
  const Costs said = parse_costs("cpython-3.11,lock=0ns,push_remote=0ns,pop_remote=0ns");
  EXPECT_NO_THROW(
      check_costs_known(parse_spec("shared_queue"), 1, said.for_scheduler("shared_queue")));
  EXPECT_EQ(parse_costs(said.name), said);
}

TEST(Costs, TheHashIsOfTheValuesAlone) {
  const std::string name = costs_of(read("[run]\nvalue = 3\norigin = \"a\"\n"), "c").name;
  EXPECT_EQ(costs_of(read("[run]\nvalue = 3.2\norigin = \"b\"\n"), "c").name, name);
  EXPECT_NE(costs_of(read("[run]\nvalue = 4\n"), "c").name, name);
  EXPECT_NE(costs_of(read("[lock]\nvalue = 3\n"), "c").name, name);
}

/// Costs in a file of this test's own.
class CostsByName : public testing::Test {
 protected:
  CostsByName() { write(kText); }
  ~CostsByName() override { std::remove(path_.c_str()); }
  void write(std::string_view text) const { std::ofstream(path_) << text; }

  // Tests run side by side, each in a process.
  const std::string path_ =
      testing::TempDir() + "loopsteal_costs_" + std::to_string(::getpid()) + ".toml";
};

TEST_F(CostsByName, ANameThatWasGivenReadsBack) {
  const Costs costs = parse_costs(path_ + ",wake_up=5us,iteration=0ns");
  EXPECT_EQ(costs.model.wake_up, microseconds(5));
  EXPECT_EQ(costs.for_scheduler("work_stealing").model.wake_up, microseconds(5));
  EXPECT_THAT(costs.name, testing::EndsWith(",wake_up=5us,iteration=0ns"));
  EXPECT_EQ(parse_costs(costs.name), costs);
}

TEST_F(CostsByName, AFileThatHasChangedIsNotTheNamedOne) {
  const std::string name = parse_costs(path_).name;
  write("[run]\nvalue = 1\n");
  EXPECT_THAT([&] { parse_costs(name); }, ThrowsMessage<SpecError>(HasSubstr("no longer")));
}

TEST(Costs, TheReferenceIsThere) {
  const Costs costs = parse_costs("reference");
  EXPECT_FALSE(costs.model.free());
  EXPECT_THAT(costs.name, StartsWith("reference@"));
  EXPECT_EQ(parse_costs(costs.name), costs);
}

TEST(Costs, UnknownOnesAreRefused) {
  EXPECT_THAT([] { parse_costs("zro"); }, ThrowsMessage<SpecError>(HasSubstr("\"zero\"")));
  EXPECT_THAT([] { parse_costs("not_there.toml"); },
              ThrowsMessage<SpecError>(HasSubstr("not_there.toml")));
  EXPECT_THAT([] { parse_costs("zero,pol=3ns"); }, ThrowsMessage<SpecError>(HasSubstr("\"poll\"")));
  EXPECT_THAT([] { parse_costs("zero,poll=-3ns"); }, ThrowsMessage<SpecError>(HasSubstr("poll")));
  EXPECT_THAT([] { parse_costs("zero,poll=nan"); }, ThrowsMessage<SpecError>(HasSubstr("poll")));
}

}  // namespace
}  // namespace loopsteal
