// Scripted programs as they are read: what a program is, and what is said of one that is none.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "workloads/script/forms.hpp"
#include "workloads/script/program.hpp"

namespace loopsteal::script {
namespace {

/// A program whose main task is `ops`.
std::string main_of(const std::string& ops) {
  return R"({"version":1,"main":"main","queues":{"q":2},"semaphores":{"s":1},"tasks":{"main":)" +
         ops + R"(,"other":[]}})";
}

struct Refused {
  std::string place;
  std::string sentence;
};

Refused refusal(const std::string& text) {
  try {
    static_cast<void>(parse_program(text, "p.json"));
  } catch (const ProgramError& error) {
    return {error.place(), error.what()};
  }
  return {"accepted", ""};
}

void expect_refused(const std::string& text, const std::string& place, const std::string& words) {
  const Refused refused = refusal(text);
  EXPECT_EQ(refused.place, place) << text;
  EXPECT_TRUE(refused.sentence.starts_with("p.json: ")) << refused.sentence;
  EXPECT_NE(refused.sentence.find(words), std::string::npos) << refused.sentence;
  if (!place.empty()) {
    EXPECT_NE(refused.sentence.find(" " + place + ": "), std::string::npos) << refused.sentence;
  }
}

TEST(ScriptProgram, IsReadWithItsNamesAndAmounts) {
  const Program program = parse_program(R"({"version": 1, "main": "b",
      "comment": "of no meaning", "queues": {"small": 1, "endless": -1}, "semaphores": {"seats": 3},
      "tasks": {"a": [], "b": [["log", "hello"], ["spawn", "a", "h"], ["join", "h"],
                               ["put", "small", 7], ["put", "new", "x"], ["sleep", -2]]}})",
                                        "p.json");
  ASSERT_EQ(program.tasks.size(), 2u);
  EXPECT_EQ(program.tasks[program.main].name, "b");
  // By name: "endless", "small", then "new", which is only used and holds any number.
  EXPECT_EQ(program.queues, (std::vector<std::uint64_t>{0, 1, 0}));
  EXPECT_EQ(program.semaphores, (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(program.handles, (std::vector<std::string>{"h"}));
  const Ops& ops = program.tasks[program.main].ops;
  ASSERT_EQ(ops.size(), 6u);
  EXPECT_EQ(ops[0].code, OpCode::log);
  EXPECT_EQ(ops[0].text, "hello");
  EXPECT_EQ(ops[1].tasks, (std::vector<NameId>{0}));
  EXPECT_EQ(ops[3].text, "7");
  EXPECT_EQ(ops[5].number, -2);
  EXPECT_EQ(ops[5].place, "/tasks/b/5");
}

TEST(ScriptProgram, ListsWithinOperationsKnowTheirPlaces) {
  const Program program = parse_program(
      main_of(R"([["try",[["repeat",2,[["yield"]]]],"any",[["log","h"]],[["log","f"]]]])"),
      "p.json");
  const Op& op = program.tasks[program.main].ops.at(0);
  EXPECT_EQ(op.catches, Catches::any);
  EXPECT_EQ(op.body.at(0).place, "/tasks/main/0/1/0");
  EXPECT_EQ(op.body.at(0).number, 2);
  EXPECT_EQ(op.body.at(0).body.at(0).place, "/tasks/main/0/1/0/2/0");
  EXPECT_EQ(op.handler.at(0).place, "/tasks/main/0/3/0");
  EXPECT_EQ(op.finally.at(0).place, "/tasks/main/0/4/0");
}

TEST(ScriptProgram, NamesInPlacesAreEscapedAsJsonPointersAre) {
  expect_refused(R"({"version":1,"main":"a/b~c","tasks":{"a/b~c":[["no"]]}})", "/tasks/a~1b~0c/0",
                 "there is no operation \"no\"");
}

TEST(ScriptProgram, WhatIsNotJsonIsToldWithLineAndColumn) {
  expect_refused("{\n  \"version\": 1,,\n}", "", "this is not JSON");
  EXPECT_NE(refusal("{\n  \"version\": 1,,\n}").sentence.find("line 2"), std::string::npos);
}

TEST(ScriptProgram, TheFrameIsChecked) {
  expect_refused("[]", "", "a program is an object");
  expect_refused(R"({"main":"m","tasks":{"m":[]}})", "/version", "has to be 1");
  expect_refused(R"({"version":2,"main":"m","tasks":{"m":[]}})", "/version", "has to be 1");
  expect_refused(R"({"version":1,"main":"m"})", "/tasks", "an object of tasks is missing");
  expect_refused(R"({"version":1,"main":"m","tasks":[]})", "/tasks", "an object of tasks");
  expect_refused(R"({"version":1,"main":"m","tasks":{}})", "/tasks", "an object of tasks");
  expect_refused(R"({"version":1,"tasks":{"m":[]}})", "/main", "is missing");
  expect_refused(R"({"version":1,"main":"n","tasks":{"m":[]}})", "/main", "no task \"n\"");
  expect_refused(R"({"version":1,"main":7,"tasks":{"m":[]}})", "/main", "has to be a text");
  expect_refused(R"({"version":1,"main":"m","tasks":{"m":[]},"queue":{}})", "/queue",
                 "a program has no \"queue\"");
}

TEST(ScriptProgram, AmountsAreChecked) {
  const auto with = [](const std::string& amounts) {
    return R"({"version":1,"main":"m","tasks":{"m":[]},)" + amounts + "}";
  };
  expect_refused(with(R"("queues":[])"), "/queues", "an object of names and numbers");
  expect_refused(with(R"("queues":{"q":"x"})"), "/queues/q", "has to be an integer");
  expect_refused(with(R"("queues":{"q":1.5})"), "/queues/q", "has to be an integer");
  expect_refused(with(R"("semaphores":{"s":-1})"), "/semaphores/s", "fewer than 0");
}

TEST(ScriptProgram, OperationsAreChecked) {
  const auto refused = [](const std::string& op, const std::string& words) {
    expect_refused(main_of("[[\"yield\"]," + op + "]"), "/tasks/main/1", words);
  };
  refused(R"("yield")", "begins with its name");
  refused("[]", "begins with its name");
  refused("[7]", "begins with its name");
  refused(R"(["slep",1])", "there is no operation \"slep\"");
  refused(R"(["slep",1])", "sleep");
  refused(R"(["sleep"])", "takes 1 operands, not 0");
  refused(R"(["yield",1])", "takes 0 operands, not 1");
  refused(R"(["log",7])", "has to be a text, not 7");
  refused(R"(["sleep","long"])", "has to be an integer");
  refused(R"(["sleep",0.5])", "has to be an integer, not 0.5");
  refused(R"(["sleep",1000000000001])", "is too much");
  refused(R"(["sleep",-1000000000001])", "is too much");
  refused(R"(["sleep",18446744073709551615])", "is too much");
  refused(R"(["compute",-1])", "cannot be negative");
  refused(R"(["repeat",-1,[]])", "cannot be negative");
  refused(R"(["spawn","nobody","h"])", "there is no task \"nobody\"");
  refused(R"(["spawn","othr","h"])", "other");
  refused(R"(["gather","other"])", "an array of names of tasks");
  refused(R"(["gather",["nobody"]])", "there is no task \"nobody\"");
  refused(R"(["put","q",[1]])", "has to be an integer");
  refused(R"(["sem_acquire","t"])", "there is no semaphore \"t\"");
  refused(R"(["join","h"])", "no \"spawn\" makes the handle \"h\"");
  refused(R"(["cancel","h"])", "no \"spawn\" makes the handle \"h\"");
  refused(R"(["cancel_timer","t"])", "makes the timer \"t\"");
  refused(R"(["try",[],"all",[],[]])", "not \"all\"");
}

TEST(ScriptProgram, ListsOfOperationsAreChecked) {
  expect_refused(main_of("7"), "/tasks/main", "a list of operations is an array");
  expect_refused(main_of(R"([["repeat",1,7]])"), "/tasks/main/0/2", "a list of operations");
  expect_refused(main_of(R"([["try",[],"any",[["no"]],[]]])"), "/tasks/main/0/3/0", "\"no\"");
  expect_refused(main_of(R"([["timeout",1,[["yield"],["no"]]]])"), "/tasks/main/0/2/1", "\"no\"");
}

TEST(ScriptProgram, AHandleMayBeMadeFurtherOnOrElsewhere) {
  const Program program = parse_program(R"({"version":1,"main":"m","tasks":{
      "m":[["join","h"],["spawn","z","h"]],"z":[["cancel","g"]],"y":[["spawn","z","g"]]}})",
                                        "p.json");
  EXPECT_EQ(program.handles.size(), 2u);
}

TEST(ScriptProgram, KnowsWhetherItStopsItsLoopHoweverDeep) {
  EXPECT_FALSE(stops(parse_program(main_of(R"([["log","stop"]])"), "p.json")));
  for (const char* ops :
       {R"([["stop"]])", R"([["repeat",1,[["stop"]]]])", R"([["try",[],"any",[["stop"]],[]]])",
        R"([["try",[],"any",[],[["timeout",1,[["stop"]]]]]])"}) {
    EXPECT_TRUE(stops(parse_program(main_of(ops), "p.json"))) << ops;
  }
}

TEST(ScriptProgram, EachOperationHasOneRowInTheTable) {
  std::set<std::string_view> names;
  std::set<OpCode> codes;
  for (const Form& form : kForms) {
    EXPECT_TRUE(names.insert(form.name).second) << form.name;
    EXPECT_TRUE(codes.insert(form.code).second) << form.name;
  }
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(OpCode::stop) + 1);
}

TEST(ScriptProgram, AFileIsReadOrNamed) {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("script_program_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << main_of("[]");
  EXPECT_EQ(read_program_file(path.string()).tasks.size(), 2u);
  std::ofstream(path) << "{";
  try {
    static_cast<void>(read_program_file(path.string()));
    ADD_FAILURE() << "it is not JSON";
  } catch (const ProgramError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with(path.string() + ": ")) << error.what();
  }
  std::filesystem::remove(path);
  EXPECT_THROW(static_cast<void>(read_program_file(path.string())), SpecError);
}

}  // namespace
}  // namespace loopsteal::script
