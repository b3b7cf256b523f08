// Which file is what, and what is said of those that are broken.
#include "bench/report/source.hpp"

#include <gmock/gmock.h>

#include "bench/measure/row_json.hpp"
#include "tests/bench/measure/row_samples.hpp"
#include "tests/bench/report/files.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;

class Source : public testing::Files {
 protected:
  static Json document(std::vector<Json> rows) {
    return {{"context", {{"schema", kSchemaName}, {"time", "virtual"}}}, {"benchmarks", rows}};
  }
  static Json row() { return to_json(testing::sample_row("event_loop", "uts", 30, 1)); }
  static Json peer() {
    return {{"peer", "tokio"},
            {"work", "uts"},
            {"workers", 2},
            {"ns_per_op", 5.0},
            {"at_most", nullptr}};
  }
  std::string error_of_file(const std::string& text) {
    const std::string path = write("broken.json", text);
    return error_of([&] { read_report_source(read_json_file(path)); });
  }
};

TEST_F(Source, ResultsAreReadAndKept) {
  const std::string text = document({row(), row()}).dump();
  const ReportSource source = read_report_source(read_json_file(write("two.json", text)));
  EXPECT_EQ(source.kind, ReportSource::Kind::results);
  EXPECT_EQ(source.file, "two.json");
  EXPECT_EQ(source.rows.size(), 2U);
  EXPECT_EQ(source.raw.front(), row());
  EXPECT_TRUE(source.is_virtual());
  EXPECT_EQ(source.flaw, "");
}

TEST_F(Source, RowsOfPeersAreOfAnotherKind) {
  const ReportSource source =
      read_report_source(read_json_file(write("peers.json", document({peer()}).dump())));
  EXPECT_EQ(source.kind, ReportSource::Kind::peers);
  ASSERT_EQ(source.peers.size(), 1U);
  EXPECT_EQ(source.peers[0].ns_per_op, 5.0);
  EXPECT_EQ(source.peers[0].at_most, std::nullopt);
  EXPECT_TRUE(source.rows.empty());
}

TEST_F(Source, ChecksAreOfAThirdKind) {
  Json checks = {{"context", {{"schema", kSchemaName}}}, {"checks", {{{"id", "G1"}}}}};
  const ReportSource source = read_report_source(read_json_file(write("v.json", checks.dump(2))));
  EXPECT_EQ(source.kind, ReportSource::Kind::checks);
  EXPECT_EQ(source.raw.at(0)["id"], "G1");
}

TEST_F(Source, WhatWasCutOffKeepsItsWholeRows) {
  const std::string text =
      "{\n\"context\": {\"schema\":\"loopsteal.run/1\"},\n"
      "\"benchmarks\": [\n" +
      row().dump() + ",\n" + row().dump().substr(0, 40);
  const ReportSource source = read_report_source(read_json_file(write("cut.json", text)));
  EXPECT_EQ(source.rows.size(), 1U);
  EXPECT_THAT(source.flaw, HasSubstr("cut.json is damaged or cut off in line 5"));
}

TEST_F(Source, ErrorsNameTheFileAndThePlace) {
  EXPECT_THAT(error_of([&] { read_report_source(read_json_file(path("none.json"))); }),
              HasSubstr("none.json: No such file"));
  EXPECT_THAT(error_of_file(""), HasSubstr("broken.json"));
  EXPECT_THAT(error_of_file("{\"context\": 7, \"benchmarks\": []}"), HasSubstr("it names none"));
  EXPECT_THAT(error_of_file(document({}).dump()), HasSubstr("broken.json holds no rows"));
  Json without = row();
  without.erase("workers");
  EXPECT_THAT(error_of_file(document({row(), without}).dump()), HasSubstr("broken.json: row 2"));
  Json wrong = peer();
  wrong["workers"] = "two";
  EXPECT_THAT(error_of_file(document({peer(), wrong}).dump()), HasSubstr("broken.json: row 2"));
}

TEST_F(Source, TimelinesAreKnownByTheirBeginning) {
  EXPECT_TRUE(looks_like_a_timeline(read_json_file(write("t.json", " {\n \"traceEvents\": ["))));
  EXPECT_FALSE(looks_like_a_timeline(read_json_file(write("r.json", document({}).dump()))));
}

}  // namespace
}  // namespace loopsteal
