// What doctor makes of machines of all kinds, and the plan's refusal to oversubscribe.
#include "bench/cli/commands/doctor.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/plan.hpp"
#include "sched/catalog.hpp"
#include "tests/bench/faulty_workloads.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;
using State = Diagnosis::State;

HostFacts good_host() {
  HostFacts host;
  host.cpus = 8;
  host.cpu_model = "Some CPU";
  host.governor = "performance";
  host.smt = false;
  host.turbo = false;
  host.clock_source = "tsc";
  host.load_average = {0.1, 0.1, 0.1};
  return host;
}

std::vector<Diagnosis> diagnose_it(const HostFacts& host, bool for_measuring = true) {
  const std::vector<Handover> handovers = {{0, 1, 50}, {0, 2, 120}};
  return diagnose(host, handovers, for_measuring ? "release" : "debug+address", for_measuring);
}

State state_of(const std::vector<Diagnosis>& diagnoses, std::string_view what) {
  return std::ranges::find(diagnoses, what, &Diagnosis::what)->state;
}

TEST(Doctor, AGoodMachineIsGood) {
  const auto diagnoses = diagnose_it(good_host());
  EXPECT_FALSE(spoils_something(diagnoses));
  EXPECT_THAT(render(diagnoses, false, false),
              HasSubstr("50 ns one way (CPU 0 to 1), farthest 120"));
}

TEST(Doctor, FindsWhatSpoilsAndHowToMendIt) {
  HostFacts host = good_host();
  host.governor = "powersave";
  host.load_average = {5, 5, 5};
  host.quota_cpus = 1.5;
  host.clock_source = "hpet";
  const auto diagnoses = diagnose_it(host, false);
  for (const char* what : {"frequency governor", "load", "cgroup quota", "clock source", "build"}) {
    EXPECT_EQ(state_of(diagnoses, what), State::spoils) << what;
  }
  for (const Diagnosis& diagnosis : diagnoses) {
    if (diagnosis.state == State::spoils) {
      EXPECT_NE(diagnosis.remedy, "") << diagnosis.what;
    }
  }
  EXPECT_THAT(render(diagnoses, false, false), HasSubstr("SPOILS"));
}

TEST(Doctor, WhatIsNotToldSpoilsNothing) {
  HostFacts host;
  host.cpus = 2;
  const auto diagnoses = diagnose_it(host);
  EXPECT_FALSE(spoils_something(diagnoses));
  EXPECT_EQ(state_of(diagnoses, "frequency governor"), State::unknown);
}

TEST(Doctor, OneCpuSpoils) {
  HostFacts host = good_host();
  host.cpus = 1;
  const auto diagnoses = diagnose(host, {}, "release", true);
  EXPECT_EQ(state_of(diagnoses, "CPUs"), State::spoils);
  EXPECT_EQ(state_of(diagnoses, "cache-line hand-over"), State::unknown);
}

TEST(Doctor, SaysWhetherASleepIsOneSystemCall) {
  HostFacts host = good_host();
  EXPECT_EQ(state_of(diagnose_it(host), "sleep in epoll"), State::unknown);
  host.epoll_pwait2 = true;
  EXPECT_EQ(state_of(diagnose_it(host), "sleep in epoll"), State::good);
  host.epoll_pwait2 = false;
  const auto diagnoses = diagnose_it(host);
  EXPECT_EQ(state_of(diagnoses, "sleep in epoll"), State::note);
  EXPECT_THAT(render(diagnoses, false, false), HasSubstr("seccomp profile"));
}

TEST(HandoverProbe, MeasuresThePairsThereAre) {
  for (const Handover& handover : probe_handovers(2)) {
    EXPECT_GT(handover.one_way_ns, 0);
    EXPECT_NE(handover.from, handover.to);
  }
}

Plan plan_of(const Settings& settings, Purpose purpose = Purpose::run) {
  static const WorkloadCatalog kWorkloads = testing::workloads_with_faulty_ones();
  HostFacts host;
  host.cpus = 2;
  return make_plan(settings, purpose, kWorkloads, host, {.executable = "x", .command = "x run"});
}

std::string plan_error(const Settings& settings) {
  try {
    plan_of(settings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(Plan, TenThousandWorkersOnTwoCpusAreRefused) {
  Settings settings;
  settings.workers = 10'000;
  EXPECT_THAT(plan_error(settings), HasSubstr("10000 workers on 2 CPUs"));
  EXPECT_THAT(plan_error(settings), HasSubstr("--oversubscribe"));
  settings.oversubscribe = true;
  EXPECT_EQ(plan_of(settings).points.front().workers, 10'000u);
}

TEST(Plan, IsEverySchedulerButModelsOnEveryStandardWorkload) {
  const Plan plan = plan_of({}, Purpose::compare);
  const auto models = std::ranges::count(schedulers(), Role::model, &SchedulerInfo::role);
  EXPECT_EQ(models, 1);
  EXPECT_EQ(plan.points.size(), (schedulers().size() - 1) * standard_workloads().size());
  EXPECT_EQ(plan.campaign.repetitions, kRepetitionsToCompare);
  EXPECT_EQ(plan.points.front().workers, 2u);
  EXPECT_NE(plan.raw_path, "");
}

TEST(Plan, ThePointNamedTwiceRunsOnce) {
  Settings settings;
  settings.schedulers = {"work_stealing", "work_stealing:steal=half"};
  settings.workloads = {"uts"};
  EXPECT_EQ(plan_of(settings).points.size(), 1u);
}

TEST(Plan, ATraceIsOfOneRun) {
  Settings settings;
  settings.trace = "t.json";
  EXPECT_THAT(plan_error(settings), HasSubstr("--trace draws one run"));
  settings.schedulers = {"onetbb"};
  settings.workloads = {"uts"};
  EXPECT_THAT(plan_error(settings), HasSubstr("onetbb shows nothing"));
  settings.schedulers = {"work_stealing"};
  EXPECT_EQ(plan_of(settings).trace_path, "t.json");
}

TEST(Plan, RawResultsAreKeptWhereTheyWouldBeLost) {
  Settings settings;
  settings.raw = "none";
  EXPECT_EQ(plan_of(settings, Purpose::compare).raw_path, "");
  settings.raw = "r.json";
  EXPECT_EQ(plan_of(settings).raw_path, "r.json");
  settings.raw = "";
  EXPECT_EQ(plan_of(settings).raw_path, "");
  settings.format = Format::json;
  EXPECT_EQ(plan_of(settings, Purpose::compare).raw_path, "");
}

}  // namespace
}  // namespace loopsteal
