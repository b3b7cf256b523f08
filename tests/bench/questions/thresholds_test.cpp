// That each claim is judged by the threshold that its sentence states: numbers just inside it keep
// the claim, numbers just outside break it.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/questions/story.hpp"

namespace loopsteal::questions {
namespace {

using ::testing::HasSubstr;

// What a sentence states of a ratio: an end of what it allows, and on which side that lies.
struct Edge {
  double ratio;
  bool from_below;  // Whether smaller ratios break it.
};

// A threshold in a sentence: "within 3 %", "over 5 % longer", "under 0.8x".
struct Phrase {
  std::string_view word;  // "within", "over", "under" or "less than".
  double number = 0;
  std::string_view unit;  // " %", " % longer", " % shorter" or "x".
  std::string_view text;  // All of it.
};

// The number and the unit at the beginning of `rest`, behind `word`; false if there are none.
bool read_amount(std::string_view rest, Phrase& phrase, std::size_t& length) {
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
  if (digits == 0) return false;
  phrase.number = std::stod(std::string(rest.substr(0, digits)));
  for (const std::string_view unit : {" % longer", " % shorter", " %", "x"}) {
    if (!rest.substr(digits).starts_with(unit)) continue;
    phrase.unit = unit;
    length = digits + unit.size();
    return true;
  }
  return false;
}

std::vector<Phrase> phrases_of(std::string_view sentence) {
  std::vector<Phrase> phrases;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    for (const std::string_view word : {"within", "over", "under", "less than"}) {
      const std::string_view rest = sentence.substr(at);
      if (!rest.starts_with(word) || !rest.substr(word.size()).starts_with(" ")) continue;
      Phrase phrase{.word = word, .number = 0, .unit = {}, .text = {}};
      std::size_t length = 0;
      if (!read_amount(rest.substr(word.size() + 1), phrase, length)) continue;
      phrase.text = rest.substr(0, word.size() + 1 + length);
      phrases.push_back(phrase);
    }
  }
  return phrases;
}

std::vector<Edge> edges_of(const Phrase& phrase) {
  const double number = phrase.number;
  if (phrase.unit == "x") return {{number, phrase.word == "over"}};
  if (phrase.word == "within") return {{1 - number / 100, true}, {1 + number / 100, false}};
  const double sign = phrase.unit == " % longer" ? 1 : -1;
  // "over 5 % longer" and "less than 5 % shorter" are broken by smaller ratios.
  return {{1 + sign * number / 100, (phrase.word == "over") == (sign > 0)}};
}

// A claim about the ratio of one metric of two series. The other series has 1 everywhere.
struct Stated {
  std::string_view question;
  std::string_view claim;  // Words of it.
  std::string series;      // The one above.
  std::string metric;
  bool below = false;  // `series` is the one below: its number is one over the ratio.
};

bool held(const Stated& stated, double ratio, std::string* sentence) {
  const Numbers numbers = [&](const Trial& trial, std::string_view metric) {
    if (metric.starts_with("theory_")) return 1.0;
    const bool meant = trial.series == stated.series && metric == stated.metric;
    return meant ? stated.below ? 1 / ratio : ratio : 1.0;
  };
  const Question& asked = question(stated.question);
  for (const Claim& claim : asked.judge(told(asked, numbers)).claims) {
    if (claim.what.find(stated.claim) == std::string::npos) continue;
    *sentence = claim.what;
    return claim.held;
  }
  ADD_FAILURE() << stated.question << " has no claim with " << stated.claim;
  return false;
}

const std::vector<Stated> kStated = {
    {"Q02", "10 ns of work", "work_stealing, pipeline, 8 workers", "makespan"},
    {"Q02", "as fast", "event_loop, pipeline, 8 workers", "makespan"},
    {"Q08", "the looks of half", "one searcher", "attempts_per_task"},
    {"Q08", "all workers that search", "all", "attempts_per_task"},
    {"Q08", "the p99 of one searcher", "one searcher", "sojourn_p99"},
    {"Q08", "the p99 of all", "all", "sojourn_p99"},
    {"Q09", "adaptive", "adaptive", "makespan"},
    {"Q09", "never", "never", "makespan"},
    {"Q09", "one queue for all", "shared_queue", "makespan", true},
    {"Q10", "even jobs with one worker", "steal one, even", "makespan"},
    {"Q10", "hot jobs with one worker", "steal one, hot", "makespan"},
    {"Q10", "all takes", "steal all, even", "makespan"},
    {"Q10", "as fast as the loops", "sharded_loops, hot", "makespan"},
    {"Q15", "in turn: the busiest", "in turn", "busiest_over_mean"},
    {"Q15", "the p99 of one hot loop", "one hot loop", "sojourn_p99"},
    {"Q15", "the p99 of random", "random", "sojourn_p99"},
    {"Q15", "the p99 of the shorter of two", "shorter of 2", "sojourn_p99"},
    {"Q15", "the p99 of least loaded", "least loaded", "sojourn_p99"},
    {"Q15", "stealing is as good", "work_stealing", "sojourn_p99"},
    {"Q17", "either half", "first half", "makespan"},
    {"Q17", "the mean of newest", "newest first, requests", "sojourn_mean"},
    {"Q17", "the p99 of newest", "newest first, requests", "sojourn_p99"},
    {"Q18", "Mitzenmacher", "one at random", "sojourn_mean"},
    {"Q18", "one attempt", "one at random", "sojourn_mean"},
    {"Q18", "a second choice makes", "longest of 2", "sojourn_mean"},
    {"Q18", "to ask everybody", "everybody", "sojourn_mean"},
};

TEST(Thresholds, AreThoseThatTheSentenceStates) {
  constexpr double kStep = 1e-4;
  for (const Stated& stated : kStated) {
    SCOPED_TRACE(std::string(stated.question) + ": " + std::string(stated.claim));
    std::string sentence;
    (void)held(stated, 1, &sentence);
    const std::vector<Phrase> phrases = phrases_of(sentence);
    ASSERT_FALSE(phrases.empty()) << sentence << " states no threshold";
    for (const Phrase& phrase : phrases) {
      for (const Edge& edge : edges_of(phrase)) {
        const double inwards = edge.from_below ? kStep : -kStep;
        std::string same;
        EXPECT_TRUE(held(stated, edge.ratio * (1 + inwards), &same)) << phrase.text;
        EXPECT_FALSE(held(stated, edge.ratio * (1 - inwards), &same)) << phrase.text;
      }
    }
  }
}

// A claim's threshold is stated beforehand, by the rule of its question.
TEST(Thresholds, StandInTheRule) {
  const auto one = [](const Trial&, std::string_view) { return 1.0; };
  for (const Question& asked : questions()) {
    const Evidence evidence = told(asked, one, [](const Trial&) {
      return "{\"t\":0,\"task\":\"callback\",\"text\":\"nothing\"}\n";
    });
    for (const Claim& claim : asked.judge(evidence).claims) {
      for (const Phrase& phrase : phrases_of(claim.what))
        EXPECT_THAT(asked.rule, HasSubstr(std::string(phrase.text)))
            << asked.id << ": " << claim.what;
    }
  }
}

}  // namespace
}  // namespace loopsteal::questions
