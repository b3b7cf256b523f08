// The program as a script sees it: what it prints, and its exit status.
#include "bench/checks/program.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace loopsteal::checks {
namespace {

struct Result {
  int status;
  std::string out;
};

Result run(std::vector<std::string> words) {
  words.insert(words.begin(), "loopsteal_checks");
  testing::internal::CaptureStdout();
  const int status = run_program(words);
  return {status, testing::internal::GetCapturedStdout()};
}

const std::vector<std::string> kGraham = {"--only", "G17", "--examples", LOOPSTEAL_EXAMPLES};

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(ChecksProgram, PrintsATableAndSucceeds) {
  const auto [status, out] = run(kGraham);
  EXPECT_EQ(status, 0);
  EXPECT_NE(out.find("1 passed, 0 failed, 0 not done"), std::string::npos) << out;
}

TEST(ChecksProgram, SaysInItsStatusThatACheckFailed) {
  const auto [status, out] = run({"--only", "G17,G7", "--examples", "/nowhere"});
  EXPECT_EQ(status, 1);
  EXPECT_NE(out.find("0 passed, 1 failed, 1 not done"), std::string::npos) << out;
}

TEST(ChecksProgram, DoesNotTakeWhatIsNotDoneForAFailure) {
  EXPECT_EQ(run({"--only", "G7"}).status, 0);
}

TEST(ChecksProgram, WritesJson) {
  const auto [status, out] = run(with(kGraham, {"--format", "json", "--seed", "5"}));
  EXPECT_EQ(status, 0);
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json.at("context").at("seed"), 5);
  const auto& check = json.at("checks").at(0);
  EXPECT_EQ(check.at("id"), "G17");
  EXPECT_EQ(check.at("verdict"), "passed");
  EXPECT_EQ(check.at("quantities").size(), 6u);
  const auto& quantity = check.at("quantities").at(0);
  EXPECT_EQ(quantity.at("expected"), 12);
  EXPECT_EQ(quantity.at("got"), 12);
  EXPECT_EQ(quantity.at("rule"), "exact");
}

TEST(ChecksProgram, WritesAPageThatSaysWhereItComesFrom) {
  const auto [status, out] = run(with(kGraham, {"--format", "md"}));
  EXPECT_EQ(status, 0);
  for (const char* const part : {"- commit: ", "- seed: 1", "- machine: ", "| G17 "})
    EXPECT_NE(out.find(part), std::string::npos) << part << "\n" << out;
}

TEST(ChecksProgram, ListsTheQuickSubset) {
  const auto [status, out] = run({"--list", "--quick"});
  EXPECT_EQ(status, 0);
  EXPECT_NE(out.find("G22"), std::string::npos) << out;
  EXPECT_EQ(out.find("G21"), std::string::npos) << out;
}

TEST(ChecksProgram, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(run({"--only", "G99"}).status, 2);
  EXPECT_EQ(run({"--scale", "2"}).status, 2);
  EXPECT_EQ(run({"--threads", "0"}).status, 2);
  EXPECT_EQ(run({"--nonsense"}).status, 2);
  EXPECT_EQ(run(with(kGraham, {"--output", "/nowhere/at/all"})).status, 3);
}

}  // namespace
}  // namespace loopsteal::checks
