// Scripted programs as they run: the traces are those of CPython 3.11, line by line.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal::script {
namespace {

struct Outcome {
  std::string trace;
  std::optional<Misuse> misuse;
};

std::string main_of(const std::string& ops, const std::string& others = "") {
  return R"({"version":1,"main":"main","queues":{"q":1},"semaphores":{"s":1},"tasks":{"main":)" +
         ops + (others.empty() ? "" : "," + others) + "}}";
}

Outcome run(const std::string& text, Words words = Words::asyncio,
            const char* scheduler = "event_loop") {
  const Program program = parse_program(text, "p.json");
  const auto on = make_scheduler(parse_spec(scheduler), {.machine = "sim"});
  Outcome outcome;
  Trace trace([&](std::string_view line) { outcome.trace += line; });
  outcome.misuse = run_program(program, *on, {.words = words}, trace);
  return outcome;
}

std::string trace_of(const std::string& text, Words words = Words::asyncio) {
  const Outcome outcome = run(text, words);
  EXPECT_FALSE(outcome.misuse) << outcome.misuse->sentence;
  return outcome.trace;
}

TEST(ScriptRun, ATraceHasAnIterationATimeATaskAndAText) {
  EXPECT_EQ(trace_of(main_of(R"([["log","a"],["sleep",5],["log","b\"\n"]])")),
            R"({"iter":1,"t":0,"task":"main.1","text":"a"}
{"iter":3,"t":5,"task":"main.1","text":"b\"\n"}
{"end":true,"iterations":4,"t":5,"error":null}
)");
}

TEST(ScriptRun, WithoutIterationsNoneIsNamed) {
  EXPECT_EQ(run(main_of(R"([["log","a"]])"), Words::tokio_1_24, "work_stealing").trace,
            R"({"t":0,"task":"main.1","text":"a"}
{"end":true,"iterations":0,"t":0,"error":null}
)");
}

TEST(ScriptRun, TasksAreNumberedAndCallbacksAreNot) {
  EXPECT_EQ(trace_of(main_of(R"([["spawn","t","a"],["spawn","t","b"],["call_soon","c"],
                                 ["call_later",1,"later","x"],["call_later",1,"never","y"],
                                 ["cancel_timer","y"],["join","b"],["sleep",2]])",
                             R"("t":[["log","here"]])")),
            R"({"iter":2,"t":0,"task":"t.1","text":"here"}
{"iter":2,"t":0,"task":"t.2","text":"here"}
{"iter":2,"t":0,"task":"callback","text":"c"}
{"iter":4,"t":1,"task":"callback","text":"later"}
{"end":true,"iterations":7,"t":2,"error":null}
)");
}

TEST(ScriptRun, WhatLeavesMainIsToldInPythonsWords) {
  const auto error_of = [](const std::string& ops) {
    const std::string trace = trace_of(main_of(ops, R"("t":[["raise","x"]],"z":[["sleep",9]])"));
    return trace.substr(trace.rfind("\"error\":"));
  };
  EXPECT_EQ(error_of(R"([["raise","no"]])"), "\"error\":\"ScriptError: no\"}\n");
  EXPECT_EQ(error_of(R"([["timeout",1,[["sleep",2]]]])"), "\"error\":\"TimeoutError: \"}\n");
  EXPECT_EQ(error_of(R"([["wait_for",1,"z"]])"), "\"error\":\"TimeoutError: \"}\n");
  EXPECT_EQ(error_of(R"([["spawn","z","h"],["cancel","h"],["join","h"]])"),
            "\"error\":\"CancelledError: \"}\n");
  EXPECT_EQ(error_of(R"([["task_group",["t"]]])"),
            "\"error\":\"ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\"}\n");
  EXPECT_EQ(error_of(R"([["gather",["t"]]])"), "\"error\":\"ScriptError: x\"}\n");
  EXPECT_EQ(error_of(R"([["event_wait","never"]])"), "\"error\":\"deadlock\"}\n");
}

TEST(ScriptRun, ADeadlockAfterTimersIsToldWhenTheyAreOver) {
  EXPECT_EQ(trace_of(main_of(R"([["call_later",3,"last","x"],["get","q"]])")),
            R"({"iter":2,"t":3,"task":"callback","text":"last"}
{"end":true,"iterations":2,"t":3,"error":"deadlock"}
)");
}

TEST(ScriptRun, AProgramThatStopsItsLoopGoesOn) {
  EXPECT_EQ(trace_of(main_of(R"([["stop"],["yield"],["log","on"],["stop"]])")),
            R"({"iter":2,"t":0,"task":"main.1","text":"on"}
{"end":true,"iterations":2,"t":0,"error":null}
)");
}

TEST(ScriptRun, ATryCatchesWhatItsKindSaysAndFinallyAlwaysRuns) {
  const auto caught = [](const char* body, const char* kind) {
    const std::string trace = trace_of(main_of(std::string("[[\"try\",[") + body + "],\"" + kind +
                                                   R"(",[["log","caught"]],[["log","finally"]]]])",
                                               R"("t":[["raise","x"]])"));
    EXPECT_NE(trace.find("finally"), std::string::npos);
    return trace.find("caught") != std::string::npos;
  };
  const char* const raise = R"(["raise","x"])";
  const char* const late = R"(["timeout",1,[["sleep",2]]])";
  const char* const group = R"(["task_group",["t"]])";
  EXPECT_TRUE(caught(raise, "error"));
  EXPECT_FALSE(caught(raise, "timeout"));
  EXPECT_FALSE(caught(raise, "cancelled"));
  EXPECT_TRUE(caught(raise, "any"));
  EXPECT_TRUE(caught(late, "timeout"));
  EXPECT_FALSE(caught(late, "error"));
  EXPECT_TRUE(caught(late, "any"));
  EXPECT_TRUE(caught(group, "any"));
  EXPECT_FALSE(caught(group, "error"));
}

TEST(ScriptRun, AReturnInFinallySwallowsWhatIsOnItsWay) {
  EXPECT_EQ(
      trace_of(main_of(R"([["try",[["raise","x"]],"timeout",[],[["return"]]],["log","no"]])")),
      "{\"end\":true,\"iterations\":2,\"t\":0,\"error\":null}\n");
}

void expect_misuse(const std::string& ops, const std::string& place, const std::string& words) {
  const Outcome outcome = run(main_of(ops, R"("t":[["join","h"]],"u":[["join","g"]])"));
  ASSERT_TRUE(outcome.misuse) << ops;
  EXPECT_EQ(outcome.misuse->place, place);
  EXPECT_NE(outcome.misuse->sentence.find(words), std::string::npos) << outcome.misuse->sentence;
  EXPECT_EQ(outcome.trace.find("end"), std::string::npos);
}

TEST(ScriptRun, WhatNoProgramMayDoHasItsPlace) {
  expect_misuse(R"([["yield"],["join","h"],["spawn","t","h"],["spawn","u","g"]])", "/tasks/main/1",
                "has not been spawned yet");
  expect_misuse(R"([["repeat",1,[["cancel","h"]]],["spawn","t","h"],["spawn","u","g"]])",
                "/tasks/main/0/2/0", "has not been spawned yet");
  expect_misuse(R"([["cancel_timer","x"],["call_later",1,"a","x"],["spawn","t","h"],
                    ["spawn","u","g"]])",
                "/tasks/main/0", "has not been made yet");
  expect_misuse(R"([["release","l"],["spawn","t","h"],["spawn","u","g"]])", "/tasks/main/0",
                "is free");
  expect_misuse(R"([["spawn","t","h"],["spawn","t","g"],["yield"],["yield"],["yield"]])",
                "/tasks/t/0", "wait for its own end");
}

TEST(ScriptRun, CancellingACircleIsRefusedNotEndless) {
  expect_misuse(R"([["spawn","u","h"],["spawn","t","g"],["yield"],["yield"],["cancel","h"]])",
                "/tasks/main/4", "in a circle");
}

TEST(ScriptRun, InTokiosWordsCancelLeavesAloneWhatIsAwaited) {
  const std::string text = main_of(
      R"([["spawn","inner","i"],["spawn","outer","o"],["yield"],["yield"],["cancel","o"],
          ["future_set","f",1],["yield"],["yield"],["yield"]])",
      R"("inner":[["future_wait","f"],["log","goes on"]],"outer":[["join","i"]])");
  EXPECT_NE(trace_of(text, Words::tokio_1_24).find("goes on"), std::string::npos);
  EXPECT_EQ(trace_of(text).find("goes on"), std::string::npos);
}

}  // namespace
}  // namespace loopsteal::script
