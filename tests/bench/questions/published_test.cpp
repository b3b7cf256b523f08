// The published answers, judged again from the trials they rest on: the rules that are in force now
// must come to what the pages say.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/questions/answer_json.hpp"
#include "bench/questions/catalog.hpp"

namespace loopsteal::questions {
namespace {

TEST(Published, EachQuestionHasAnAnswerThatStillFollows) {
  for (const Question& question : questions()) {
    SCOPED_TRACE(question.id);
    const std::filesystem::path path = std::filesystem::path(LOOPSTEAL_RESULTS) /
                                       ("answers-" + std::string(question.id) + ".json");
    std::ifstream file(path);
    ASSERT_TRUE(file) << path << " is missing: scripts/answers --run " << question.id;
    const Json kept = Json::parse(file).at("answer");
    const Answer answer = question.judge(evidence_of(kept));
    EXPECT_EQ(answer.verdict, kept.at("verdict").get<std::string>());
    EXPECT_EQ(answer.stands(), kept.at("stands").get<bool>());
    EXPECT_EQ(question.experiment, kept.at("experiment").get<std::string>());
    EXPECT_EQ(question.rule, kept.at("rule").get<std::string>());
    EXPECT_EQ(answer.holds_for, kept.at("holds_for").get<std::string>());
    EXPECT_EQ(answer.flips_where, kept.at("flips_where").get<std::string>());
    ASSERT_EQ(answer.claims.size(), kept.at("claims").size());
    for (std::size_t i = 0; i < answer.claims.size(); ++i) {
      EXPECT_EQ(answer.claims[i].what, kept.at("claims")[i].at("what").get<std::string>());
      EXPECT_EQ(answer.claims[i].held, kept.at("claims")[i].at("held").get<bool>());
    }
  }
}

}  // namespace
}  // namespace loopsteal::questions
