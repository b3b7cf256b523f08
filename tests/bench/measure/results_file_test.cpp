// Rows written and read back, and what is left of files that were cut off.
#include "bench/measure/results_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/measure/row_json.hpp"
#include "bench/measure/row_writer.hpp"
#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

using testing::sample_row;

/// Keeps what is written.
class TextOutput final : public Output {
 public:
  void write(std::string_view text) override { text_ += text; }
  void commit() override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

using MakeWriter = std::unique_ptr<RowWriter> (*)(Output&);

std::string three_rows(MakeWriter make) {
  TextOutput output;
  const auto writer = make(output);
  writer->begin(Json{{"schema", kSchemaName}, {"seed", 1}});
  writer->row(sample_row("event_loop", "uts", 30, 1));
  writer->row(sample_row("work_stealing", "uts", 20));
  writer->row(testing::failed_row("onetbb", "uts", "commas, \"quotes\"\nand lines"));
  writer->end();
  return output.text();
}

class ResultsFile : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  Results read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_results(path_);
  }
  std::string error_of(const std::string& text) {
    try {
      read(text);
    } catch (const ResultsError& error) {
      return error.what();
    }
    return {};
  }

  const std::string path_ = (std::filesystem::path(::testing::TempDir()) /
                             ("loopsteal_results_" + std::to_string(::getpid()) + "_" +
                              ::testing::UnitTest::GetInstance()->current_test_info()->name()))
                                .string();
};

TEST_F(ResultsFile, ReadsJsonAndJsonLines) {
  for (const MakeWriter make : {&make_json_writer, &make_jsonl_writer}) {
    const Results results = read(three_rows(make));
    EXPECT_EQ(results.flaw, "");
    EXPECT_EQ(results.context["seed"], 1);
    ASSERT_EQ(results.rows.size(), 3u);
    EXPECT_EQ(results.rows[1].scheduler_spec, "work_stealing");
    EXPECT_EQ(results.rows[1].measurement.makespan, Duration(20));
    EXPECT_EQ(steals_of(results.rows[1]), 10u);
    EXPECT_TRUE(results.rows[2].failed());
  }
}

// Wherever the file was cut off: either nothing is told, or whole rows and what is wrong.
TEST_F(ResultsFile, KeepsWholeRowsOfAFileCutOffAnywhere) {
  for (const MakeWriter make : {&make_json_writer, &make_jsonl_writer}) {
    const std::string text = three_rows(make);
    const std::size_t step = 97;
    for (std::size_t length = 0; length + 4 < text.size(); length += step) {
      std::ofstream(path_, std::ios::binary) << text.substr(0, length);
      try {
        const Results results = read_results(path_);
        const bool at_end_of_line = length > 0 && text[length - 1] == '\n';
        EXPECT_TRUE(!results.flaw.empty() || (make == &make_jsonl_writer && at_end_of_line));
        EXPECT_GE(results.rows.size(), 1u);
        for (const Row& row : results.rows) EXPECT_EQ(row.workload, "uts");
      } catch (const ResultsError&) {
        const std::size_t first_row_ends = text.find('\n', text.find("\"name\""));
        EXPECT_LE(length, first_row_ends) << "whole rows were thrown away";
      }
    }
  }
}

TEST_F(ResultsFile, SaysWhereItWasCutOff) {
  const std::string text = three_rows(&make_jsonl_writer);
  const Results results = read(text.substr(0, text.size() - 40));
  EXPECT_EQ(results.rows.size(), 2u);
  EXPECT_NE(results.flaw.find("line 4"), std::string::npos) << results.flaw;
  EXPECT_NE(results.flaw.find(path_), std::string::npos);
}

TEST_F(ResultsFile, RefusesWhatIsNoResultsFile) {
  EXPECT_NE(error_of("").find("holds no results"), std::string::npos);
  EXPECT_NE(error_of("hello\n").find("damaged"), std::string::npos);
  EXPECT_NE(error_of("{\"benchmarks\":[],\"context\":{}}").find("it names none"),
            std::string::npos);
  EXPECT_NE(error_of("{\"benchmarks\":[],\"context\":{\"schema\":\"loopsteal.run/9\"}}")
                .find("loopsteal.run/9"),
            std::string::npos);
  EXPECT_NE(error_of("{\"checks\":[],\"context\":{\"schema\":\"loopsteal.run/1\"}}")
                .find("holds checks of the simulator"),
            std::string::npos);
  EXPECT_NE(error_of("{\"checks\":[],\"context\":{}}").find("not those of scripts/validate"),
            std::string::npos);
  EXPECT_THROW(read_results(path_ + ".none"), ResultsError);
}

TEST_F(ResultsFile, NamesTheRowThatIsWrong) {
  const std::string error =
      error_of("{\"context\":{\"schema\":\"loopsteal.run/1\"},\"benchmarks\":[{\"name\":\"x\"}]}");
  EXPECT_NE(error.find("row 1"), std::string::npos) << error;
}

TEST(CsvWriter, QuotesAndLeavesBlanksAndHasOneLineARow) {
  const std::string text = three_rows(&make_csv_writer);
  EXPECT_TRUE(text.starts_with("name,run_name,run_type,"));
  EXPECT_NE(text.find("\"commas, \"\"quotes\"\"\nand lines\""), std::string::npos);
  const std::string head = text.substr(0, text.find('\n'));
  const auto commas = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  const std::size_t second = head.size() + 1;
  const std::string row = text.substr(second, text.find('\n', second) - second);
  EXPECT_EQ(commas(row), commas(head));
}

}  // namespace
}  // namespace loopsteal
