#include "workloads/support/dag_file.hpp"

#include <string>

#include <gtest/gtest.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

std::string error_of(const std::string& text) {
  try {
    static_cast<void>(read_dag(text, "g.json"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

void expect_says(const std::string& error, std::initializer_list<std::string_view> parts) {
  EXPECT_NE(error.find("g.json: "), std::string::npos) << error;
  for (const std::string_view part : parts)
    EXPECT_NE(error.find(part), std::string::npos) << error << "\nlacks " << part;
}

std::string of_jobs(const std::string& jobs) { return "{\"jobs\": [" + jobs + "]}"; }

TEST(DagFile, KeepsTheOrderOfTheList) {
  const Dag dag = read_dag(of_jobs(R"({"name": "b", "time": "3us", "after": ["a"]},
                                      {"name": "a", "time": 1500, "after": []},
                                      {"name": "c", "time": 0.6})"),
                           "g.json");
  ASSERT_EQ(dag.jobs().size(), 3u);
  EXPECT_EQ(dag.jobs()[0].name, "b");
  EXPECT_EQ(dag.jobs()[0].time, Duration(3000));
  EXPECT_EQ(dag.jobs()[0].before, std::vector<std::uint32_t>{1});
  EXPECT_EQ(dag.jobs()[1].time, Duration(1500));
  EXPECT_EQ(dag.jobs()[2].time, Duration(1));
}

TEST(DagFile, MayHaveAComment) {
  EXPECT_EQ(error_of(R"({"comment": "c", "jobs": [{"name": "a", "time": 1}]})"), "");
}

TEST(DagFile, WhatIsNoJsonIsRefusedByLine) {
  expect_says(error_of("{\"jobs\":\n [}\n"), {"not JSON", "line 2"});
  expect_says(error_of(of_jobs(R"({"name": "a", "time": NaN})")), {"not JSON", "line 1"});
  expect_says(error_of(""), {"not JSON"});
}

TEST(DagFile, AnotherFormIsRefused) {
  expect_says(error_of("[]"), {"object"});
  expect_says(error_of("{}"), {"\"jobs\""});
  expect_says(error_of(R"({"jobs": {}})"), {"\"jobs\""});
  expect_says(error_of(R"({"job": []})"), {"\"job\"", "Did you mean \"jobs\""});
  expect_says(error_of(of_jobs("1")), {"job 1"});
  expect_says(error_of(of_jobs(R"({"time": 1})")), {"job 1", "\"name\""});
  expect_says(error_of(of_jobs(R"({"name": 7, "time": 1})")), {"job 1", "\"name\""});
  expect_says(error_of(of_jobs(R"({"name": "a"})")), {"\"a\"", "\"time\""});
  expect_says(error_of(of_jobs(R"({"name": "a", "time": 1, "afetr": []})")),
              {"\"a\"", "\"afetr\"", "Did you mean \"after\""});
  expect_says(error_of(of_jobs(R"({"name": "a", "time": 1, "after": "b"})")), {"\"after\""});
  expect_says(error_of(of_jobs(R"({"name": "a", "time": 1, "after": [1]})")), {"\"after\""});
  expect_says(error_of(of_jobs("")), {"no jobs"});
}

TEST(DagFile, TimesThatAreNoneAreRefused) {
  const auto with_time = [](const std::string& time) {
    return error_of(of_jobs(R"({"name": "slow", "time": )" + time + "}"));
  };
  expect_says(with_time("-1"), {"\"slow\"", "-1", "negative"});
  expect_says(with_time("-0.5"), {"\"slow\"", "negative"});
  expect_says(with_time("\"-3us\""), {"\"slow\"", "-3us"});
  expect_says(with_time("\"nan\""), {"\"slow\"", "nan"});
  expect_says(with_time("\"3\""), {"\"slow\"", "no unit"});
  expect_says(with_time("1e19"), {"\"slow\"", "120 years"});
  expect_says(with_time("1e400"), {"not JSON"});
  expect_says(with_time("null"), {"\"slow\"", "nanoseconds"});
}

TEST(DagFile, NamesThatDoNotFitAreRefused) {
  expect_says(error_of(of_jobs(R"({"name": "a", "time": 1}, {"name": "a", "time": 2})")),
              {"two jobs \"a\""});
  expect_says(error_of(of_jobs(R"({"name": "load", "time": 1},
                                  {"name": "b", "time": 2, "after": ["lood"]})")),
              {"\"b\"", "\"lood\"", "Did you mean \"load\""});
}

TEST(DagFile, ACycleIsNamed) {
  expect_says(error_of(of_jobs(R"({"name": "a", "time": 1, "after": ["b"]},
                                  {"name": "b", "time": 1, "after": ["a"]})")),
              {"a", "->", "b", "cycle"});
}

TEST(DagFile, AFileThatIsNotThereIsRefused) {
  EXPECT_THROW(static_cast<void>(read_dag_file("/no/such/graph.json")), SpecError);
}

}  // namespace
}  // namespace loopsteal
