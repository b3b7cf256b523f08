#include "workloads/catalog.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

std::string error_of(std::string_view spec) {
  try {
    static_cast<void>(make_workload(parse_spec(spec), {}));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

std::string canonical_workload(const Spec& spec, Size size) {
  return to_string(workload_named(spec.name).canonical(spec, size));
}

TEST(WorkloadCatalog, HasEveryWorkloadOnceUnderTheNameUsersKnow) {
  std::set<std::string_view> names;
  for (const WorkloadInfo& info : workloads()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(info.question.back(), '?') << info.name;
  }
  const std::set<std::string_view> expected = {"spawn_many_local",
                                               "spawn_many_remote_idle",
                                               "spawn_many_remote_busy1",
                                               "spawn_many_remote_busy2",
                                               "yield_many",
                                               "ping_pong",
                                               "chained_spawn",
                                               "fan_out",
                                               "pipeline",
                                               "fork_join",
                                               "timers",
                                               "echo",
                                               "requests",
                                               "skynet",
                                               "nqueens",
                                               "uts",
                                               "hot_shard",
                                               "bursts",
                                               "blocker",
                                               "mixed",
                                               "dag",
                                               "script"};
  EXPECT_EQ(names, expected);
}

TEST(WorkloadCatalog, OnlyEchoNeedsDescriptors) {
  for (const WorkloadInfo& info : workloads())
    EXPECT_EQ(info.needs_descriptors, info.name == "echo") << info.name;
}

TEST(WorkloadCatalog, BalancedOnesComeFirst) {
  bool imbalanced_seen = false;
  for (const WorkloadInfo& info : workloads()) {
    const bool imbalanced = info.shape == Shape::imbalanced;
    EXPECT_FALSE(imbalanced_seen && !imbalanced) << info.name;
    imbalanced_seen = imbalanced_seen || imbalanced;
  }
  EXPECT_TRUE(imbalanced_seen);
}

// What a knob prints as its default it reads back, and saying a default changes nothing.
TEST(WorkloadCatalog, ADefaultThatIsSpeltOutIsTheSameRun) {
  for (const WorkloadInfo& info : workloads()) {
    for (const Size size : {Size::small, Size::full}) {
      for (const KnobRow& knob : info.knobs(size)) {
        SCOPED_TRACE(std::string(info.name) + ":" + knob.name + "=" + knob.default_value);
        const Spec spec{std::string(info.name), {{knob.name, knob.default_value}}};
        EXPECT_EQ(canonical_workload(spec, size), info.name);
        EXPECT_FALSE(knob.help.empty());
        EXPECT_FALSE(knob.origin.empty());
      }
    }
  }
}

TEST(WorkloadCatalog, EveryKnobRefusesNonsense) {
  for (const WorkloadInfo& info : workloads()) {
    for (const KnobRow& knob : info.knobs(Size::small)) {
      const Spec spec{std::string(info.name), {{knob.name, "no such value"}}};
      EXPECT_THROW(static_cast<void>(make_workload(spec, {})), SpecError)
          << info.name << ":" << knob.name;
    }
  }
}

TEST(WorkloadCatalog, TheCanonicalNameIsOrderedAndReadsBack) {
  const Spec spec = parse_spec("requests:count=7, service=pareto ,alpha=2.5,arrivals=constant");
  const std::string name = canonical_workload(spec, Size::small);
  EXPECT_EQ(name, "requests:arrivals=constant,service=pareto,count=7");
  EXPECT_EQ(canonical_workload(parse_spec(name), Size::small), name);
}

TEST(WorkloadCatalog, TheCanonicalNameDependsOnTheSize) {
  const Spec spec = parse_spec("fan_out:tasks=2000");
  EXPECT_EQ(canonical_workload(spec, Size::small), "fan_out");
  EXPECT_EQ(canonical_workload(spec, Size::full), "fan_out:tasks=2000");
}

TEST(WorkloadCatalog, AnUnknownNameGetsTheNearest) {
  EXPECT_NE(error_of("skynt").find("Did you mean \"skynet\"?"), std::string::npos);
  EXPECT_NE(error_of("spawn_many").find("spawn_many_local"), std::string::npos);
}

TEST(WorkloadCatalog, AnUnknownSettingGetsTheNearest) {
  EXPECT_NE(error_of("requests:servce=exp").find("\"service\""), std::string::npos);
  EXPECT_NE(error_of("uts:tree=T6").find("T1"), std::string::npos);
}

TEST(WorkloadCatalog, AValueOutOfRangeIsRefused) {
  EXPECT_NE(error_of("fork_join:n=46"), "");
  EXPECT_NE(error_of("requests:load=0"), "");
  EXPECT_NE(error_of("requests:rate=1000"), "");
  EXPECT_NE(error_of("requests:rate=0/s"), "");
  EXPECT_NE(error_of("requests:alpha=1"), "");
  EXPECT_NE(error_of("hot_shard:zipf=-1"), "");
}

TEST(WorkloadCatalog, ContradictionsAreRefused) {
  EXPECT_NE(error_of("requests:load=0.5,rate=1000/s"), "");
  EXPECT_EQ(error_of("requests:rate=1000/s"), "");
}

TEST(WorkloadCatalog, OnlyRequestsAreAnOpenLoop) {
  for (const WorkloadInfo& info : workloads())
    EXPECT_EQ(info.open_loop(parse_spec(info.name), {}).has_value(), info.name == "requests");
  EXPECT_THROW(
      static_cast<void>(workload_named("requests").open_loop(parse_spec("requests:load=0"), {})),
      SpecError);
}

TEST(WorkloadCatalog, ATraceTakesThePlaceOfGeneratedRequests) {
  for (const std::string_view key :
       {"arrivals=poisson", "load=0.7", "rate=1/s", "service=exp", "mean=20us", "cv2=4",
        "alpha=2.5", "count=7", "burst=20", "on_share=0.1"}) {
    const std::string error = error_of("requests:trace=t.csv," + std::string(key));
    EXPECT_NE(error.find("leave " + std::string(key.substr(0, key.find('=')))), std::string::npos)
        << error;
  }
  EXPECT_NE(error_of("requests:trace=no_such.csv").find("no_such.csv"), std::string::npos);
  EXPECT_NE(error_of("requests:speed=2").find("trace"), std::string::npos);
  EXPECT_NE(error_of("requests:format=azure_llm").find("trace"), std::string::npos);
  EXPECT_NE(error_of("requests:token_time=1ms").find("trace"), std::string::npos);
}

TEST(WorkloadCatalog, AGraphTakesThePlaceOfTheWavefront) {
  EXPECT_NE(error_of("dag:file=no_such.json").find("no_such.json"), std::string::npos);
  EXPECT_NE(error_of("dag:file=g.json,side=3").find("side"), std::string::npos);
  EXPECT_NE(error_of("dag:file=g.json,work=1us").find("work"), std::string::npos);
}

TEST(WorkloadCatalog, RequestsAreAsImbalancedAsTheirSizes) {
  const WorkloadInfo& requests = workload_named("requests");
  EXPECT_EQ(requests.shape_of(parse_spec("requests:service=det")), Shape::balanced);
  EXPECT_EQ(requests.shape_of(parse_spec("requests:service=exp")), Shape::balanced);
  EXPECT_EQ(requests.shape_of(parse_spec("requests:service=bimodal2")), Shape::imbalanced);
  EXPECT_EQ(requests.shape_of(parse_spec("requests:service=pareto")), Shape::imbalanced);
  EXPECT_EQ(requests.shape_of(parse_spec("requests:trace=t.csv")), Shape::imbalanced);
}

TEST(WorkloadCatalog, TheStandardSetHasEveryWorkload) {
  std::set<std::string> names;
  for (const std::string_view spec : standard_workloads()) {
    EXPECT_EQ(canonical_workload(parse_spec(spec), Size::small), spec);
    names.insert(parse_spec(spec).name);
  }
  EXPECT_EQ(names.size(), workloads().size());
}

}  // namespace
}  // namespace loopsteal
