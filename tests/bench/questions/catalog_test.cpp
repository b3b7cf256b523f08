// Laws that all questions keep, and how they are found.
#include "bench/questions/catalog.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/measure/costs.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/questions/answer_json.hpp"
#include "bench/questions/answer_text.hpp"
#include "bench/questions/metrics.hpp"
#include "tests/bench/questions/story.hpp"
#include "workloads/script/program.hpp"

namespace loopsteal::questions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string_view> ids_of(const std::vector<const Question*>& found) {
  std::vector<std::string_view> ids;
  for (const Question* question : found) ids.push_back(question->id);
  return ids;
}

TEST(Catalog, IsInOrderOfNumbersWithoutDoubles) {
  std::vector<std::string_view> ids;
  for (const Question& question : questions()) ids.push_back(question.id);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
}

TEST(Catalog, FindsByNumberAndByWords) {
  EXPECT_THAT(ids_of(find_questions("Q03")), ElementsAre("Q03"));
  EXPECT_THAT(ids_of(find_questions("q3")), ElementsAre("Q03"));
  EXPECT_THAT(ids_of(find_questions("lifo slot")), ElementsAre("Q03"));
  EXPECT_THAT(ids_of(find_questions("SLOW Callback")), ElementsAre("Q05"));
  EXPECT_GT(find_questions("steal").size(), 1u);
  EXPECT_THAT(find_questions("steal teapot"), IsEmpty());
  EXPECT_THAT(find_questions("Q99"), IsEmpty());
  EXPECT_THAT(find_questions(""), IsEmpty());
}

class EachQuestion : public ::testing::TestWithParam<Question> {};

TEST_P(EachQuestion, StatesAllOfItsExperimentBeforehand) {
  const Question& question = GetParam();
  for (const std::string_view part : std::initializer_list<std::string_view>{
           question.title, question.keywords, question.hypothesis, question.experiment,
           question.metric, question.rule, question.vary}) {
    EXPECT_FALSE(part.empty());
  }
  EXPECT_TRUE(question.title.ends_with("?"));
  EXPECT_FALSE(question.sources.empty());
  for (const std::string_view metric : question.metrics)
    EXPECT_NO_THROW((void)metric_named(metric));
}

TEST_P(EachQuestion, HasBothControls) {
  std::set<std::string> names;
  for (const Trial& trial : GetParam().trials(Effort()))
    names.insert(parse_spec(trial.scheduler).name);
  EXPECT_TRUE(names.contains("sharded_loops"));
  EXPECT_TRUE(names.contains("shared_queue"));
}

TEST_P(EachQuestion, RunsLongEnoughForItsWarmUp) {
  const WorkloadCatalog workloads = built_in_workloads();
  for (const Trial& trial : GetParam().trials(Effort(Effort::kQuick))) {
    if (trial.workload.empty() || !trial.is_virtual()) continue;
    SCOPED_TRACE(trial.workload + " on " + trial.scheduler);
    const Point point = checked({.scheduler = parse_spec(trial.scheduler),
                                 .workload = parse_spec(trial.workload),
                                 .machine = trial.machine,
                                 .workers = trial.workers},
                                workloads);
    const auto state = steady_state_of(point, workloads.named(point.workload.name));
    if (!state) continue;
    EXPECT_NO_THROW((void)warm_up_of(point, *state, state->loop.count));
  }
}

TEST_P(EachQuestion, AsksForWhatCanBeRun) {
  const WorkloadCatalog workloads = built_in_workloads();
  for (const Trial& trial : GetParam().trials(Effort(Effort::kFull))) {
    SCOPED_TRACE(trial.series);
    EXPECT_NO_THROW((void)parse_costs(trial.costs));
    if (trial.workload.empty()) {
      EXPECT_NO_THROW((void)script::parse_program(trial.program, trial.series));
      continue;
    }
    EXPECT_NO_THROW((void)checked({.scheduler = parse_spec(trial.scheduler),
                                   .workload = parse_spec(trial.workload),
                                   .machine = trial.machine,
                                   .workers = trial.workers},
                                  workloads));
  }
}

TEST_P(EachQuestion, MixesNoRealAndVirtualTimeInASeries) {
  std::map<std::string, std::string> machines;
  std::set<std::pair<std::string, double>> places;
  for (const Trial& trial : GetParam().trials(Effort())) {
    EXPECT_EQ(machines.try_emplace(trial.series, trial.machine).first->second, trial.machine);
    EXPECT_TRUE(places.emplace(trial.series, trial.x).second) << trial.series << trial.x;
    EXPECT_TRUE(trial.is_virtual() || trial.workers <= 2) << "few machines carry more";
  }
}

// Numbers that say nothing must not make an answer.
TEST_P(EachQuestion, DoesNotStandOnNothing) {
  const auto one = [](const Trial&, std::string_view) { return 1.0; };
  const Evidence evidence = told(GetParam(), one, [](const Trial&) {
    return "{\"t\":0,\"task\":\"callback\",\"text\":\"nothing\"}\n";
  });
  const Answer answer = GetParam().judge(evidence);
  EXPECT_FALSE(answer.stands());
  for (const Chart& chart : answer.charts) EXPECT_FALSE(chart.curves.empty());
  for (const AnswerTable& table : answer.tables) {
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size());
  }
  EXPECT_FALSE(answer.verdict.empty());
  EXPECT_FALSE(answer.effects.empty());
  EXPECT_FALSE(answer.holds_for.empty());
  EXPECT_FALSE(answer.flips_where.empty());
}

TEST_P(EachQuestion, IsJudgedAlikeFromWhatWasKept) {
  const auto numbers = [](const Trial& trial, std::string_view metric) {
    return 1000 + trial.x + static_cast<double>(metric.size());
  };
  const Evidence evidence = told(GetParam(), numbers, [](const Trial&) {
    return "{\"iter\":3,\"t\":7,\"task\":\"callback\",\"text\":\"child\"}\n";
  });
  const Answer answer = GetParam().judge(evidence);
  const Json kept = Json::parse(to_json(GetParam(), answer, evidence).dump());
  const Evidence read = evidence_of(kept);
  EXPECT_EQ(to_json(GetParam(), GetParam().judge(read), read), kept);
}

TEST_P(EachQuestion, SaysInWordsWhatDidNotHold) {
  const auto one = [](const Trial&, std::string_view) { return 1.0; };
  const Evidence evidence = told(GetParam(), one, [](const Trial&) {
    return "{\"t\":0,\"task\":\"callback\",\"text\":\"nothing\"}\n";
  });
  const std::string text =
      render(GetParam(), GetParam().judge(evidence),
             {.made_by = "a test", .figures_from = "answer.json"}, TableStyle::text, false);
  for (const char* part : {"Verdict", "did not hold this time", "Holds", "Flips", "NO", "figures/",
                           "scripts/plot answer.json", "Sources", "Vary", "a test"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, EachQuestion,
                         ::testing::ValuesIn(questions().begin(), questions().end()),
                         [](const auto& one) { return std::string(one.param.id); });

}  // namespace
}  // namespace loopsteal::questions
