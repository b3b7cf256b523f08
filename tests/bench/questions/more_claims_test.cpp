// The rules of decision of the other questions, on numbers that were made up: those under which all
// claims hold, and, one by one, those that break one of them.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/questions/story.hpp"

namespace loopsteal::questions {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool begins(const Trial& trial, std::string_view name) { return trial.series.starts_with(name); }

TEST(Claims, OfQ02) {
  const auto story = [](const Trial& trial, std::string_view) {
    const bool loop = begins(trial, "event_loop");
    const bool pair = trial.series.find("one pair") != std::string::npos;
    if (loop) return 100.0;
    return pair || trial.x < 1000 ? 150.0 : 25.0;
  };
  expect_breaks(question("Q02"), story, {},
                {{{"work_stealing, pipeline, 8 workers", "makespan", 0.5}, "longer than one loop"},
                 {{"work_stealing, pipeline, 8 workers", "makespan", 5}, "over 3x as fast"},
                 {{"sharded_loops, pipeline, 8 workers", "makespan", 0.1}, "has a break-even"},
                 {{"work_stealing, one pair, 8 workers", "makespan", 0.5}, "not faster"}});
}

TEST(Claims, OfQ06) {
  const auto story = [](const Trial& trial, std::string_view) {
    const bool halted = begins(trial, "event_loop") || begins(trial, "work_stealing") ||
                        begins(trial, "sharded_loops");
    return halted ? std::max(1.0, trial.x - 100e3) : 1.0;
  };
  expect_breaks(question("Q06"), story, {},
                {{{"event_loop", "wait_p99", 3}, "the longest piece is"},
                 {{"shared_queue", "wait_p99", 1e6}, "shared_queue: the p99"},
                 {{"no LIFO slot", "wait_p99", 1e6}, "without the slot"},
                 {{"work_stealing", "wait_p99", 0.5}, "no better than one loop"}});
}

double workers_story(const Trial& trial, std::string_view metric) {
  if (metric == "makespan") return 1000 / std::min(trial.x, 16.0);
  return trial.x < 4 ? 1000 : 100;
}

TEST(Claims, OfQ07) {
  expect_breaks(question("Q07"), workers_story, {}, {});
  const auto enough = [](const Trial& trial, std::string_view metric) {
    return metric == "makespan" ? workers_story(trial, metric) : 100;
  };
  EXPECT_THAT(broken(question("Q07").judge(told(question("Q07"), enough))),
              Contains(HasSubstr("one worker is not enough")));
  const auto slow = [](const Trial& trial, std::string_view metric) {
    return metric == "makespan" ? 1000 : workers_story(trial, metric);
  };
  EXPECT_THAT(broken(question("Q07").judge(told(question("Q07"), slow))),
              Contains(HasSubstr("over 50 % useful")));
  const auto worse = [](const Trial& trial, std::string_view metric) {
    return metric == "makespan" || trial.x < 64 ? workers_story(trial, metric) : 200;
  };
  EXPECT_THAT(broken(question("Q07").judge(told(question("Q07"), worse))),
              Contains(HasSubstr("is within 15 %")));
  const auto many = [](const Trial& trial, std::string_view metric) {
    return metric == "makespan" ? workers_story(trial, metric) : 1000 / trial.x;
  };
  EXPECT_THAT(broken(question("Q07").judge(told(question("Q07"), many))),
              Contains(HasSubstr("far below 64")));
}

TEST(Claims, OfQ08) {
  const auto story = [](const Trial& trial, std::string_view metric) {
    const bool shared = begins(trial, "shared_queue");
    if (metric == "attempts_per_task")
      return shared || begins(trial, "sharded") ? 0.0 : begins(trial, "one") ? 4 : 12;
    if (metric == "unparks_per_task") return shared ? 1.0 : 0.2;
    return begins(trial, "one") ? 115.0 : 100.0;
  };
  expect_breaks(question("Q08"), story, {},
                {{{"one searcher", "attempts_per_task", 3}, "under 0.8x the looks"},
                 {{"one searcher", "sojourn_p99", 2}, "less than 50 % longer"},
                 {{"all", "attempts_per_task", 0.5}, "over 0.99x the looks"},
                 {{"all", "sojourn_p99", 0.5}, "all that search"},
                 {{"shared_queue", "unparks_per_task", 0.1}, "searches no queue"}});
}

TEST(Claims, OfQ09) {
  const auto story = [](const Trial& trial, std::string_view) {
    if (begins(trial, "never")) return 200.0;
    if (begins(trial, "adaptive")) return 80.0;
    if (begins(trial, "shared") || begins(trial, "sharded")) return 50.0;
    return trial.x < 10 ? 10.0 : trial.x < 100 ? 100.0 : 200.0;
  };
  expect_breaks(question("Q09"), story, {},
                {{{"never", "makespan", 2}, "never is as bad"},
                 {{"adaptive", "makespan", 2}, "adaptive"},
                 {{"shared_queue", "makespan", 3}, "one queue for all"}});
  const auto flat = [](const Trial&, std::string_view) { return 100.0; };
  const std::vector<std::string> lost = broken(question("Q09").judge(told(question("Q09"), flat)));
  EXPECT_THAT(lost, Contains(HasSubstr("over 5x the time")));
  EXPECT_THAT(lost, Contains(HasSubstr("every 1024 takes")));
}

// Turns of six tasks; `lucky` has twice as many where it says so.
std::string turns(bool fair) {
  std::string trace;
  for (int task = 1; task <= 6; ++task) {
    const int count = task == 1 && !fair ? 200 : 100;
    for (int i = 0; i < count; ++i)
      trace += fmt::format("{{\"t\":1,\"task\":\"task.{}\",\"text\":\"turn\"}}\n", task);
  }
  return trace;
}

TEST(Claims, OfQ11) {
  const Numbers none = [](const Trial&, std::string_view) { return 0.0; };
  const auto fair = [](const Trial& trial) {
    return begins(trial, "event_loop") || begins(trial, "shared_queue") ||
           begins(trial, "yield to all");
  };
  const auto story = [&](const Trial& trial) { return turns(fair(trial)); };
  EXPECT_THAT(broken(question("Q11").judge(told(question("Q11"), none, story))), IsEmpty());
  const auto turned = [&](const Trial& trial) { return turns(!fair(trial)); };
  EXPECT_EQ(broken(question("Q11").judge(told(question("Q11"), none, turned))).size(), 6u);
}

TEST(Claims, OfQ12) {
  const auto story = [](const Trial& trial, std::string_view) {
    const double each = begins(trial, "shared_queue") ? 30 : 15;
    const double tasks = std::max(1.0, 20e6 / trial.x);
    return std::max(2.6e6, tasks * each) + (tasks < 100 ? 1e6 : 0);
  };
  expect_breaks(question("Q12"), story, {},
                {{{"work_stealing", "makespan", 2}, "over 80 % efficient"},
                 {{"shared_queue", "makespan", 0.4}, "needs larger pieces"}});
  const auto flat = [](const Trial&, std::string_view) { return 2.5e6; };
  const std::vector<std::string> lost = broken(question("Q12").judge(told(question("Q12"), flat)));
  EXPECT_THAT(lost, Contains(HasSubstr("under 0.5x as efficient")));
  EXPECT_THAT(lost, Contains(HasSubstr("too few pieces")));
}

TEST(Claims, OfQ15) {
  const auto story = [](const Trial& trial, std::string_view metric) {
    const bool hot = begins(trial, "one hot");
    if (metric == "busiest_over_mean") return hot ? 1.6 : 1.0;
    if (hot) return 300.0;
    if (begins(trial, "random")) return 150.0;
    if (begins(trial, "least")) return 80.0;
    return begins(trial, "work_stealing") ? 75.0 : 100.0;
  };
  expect_breaks(question("Q15"), story, {},
                {{{"one hot loop", "busiest_over_mean", 1.2}, "1.6x as busy"},
                 {{"in turn", "busiest_over_mean", 1.2}, "the busiest loop"},
                 {{"one hot loop", "sojourn_p99", 0.5}, "over 2x that"},
                 {{"random", "sojourn_p99", 0.5}, "the p99 of random"},
                 {{"shorter of 2", "sojourn_p99", 2}, "the p99 of the shorter of two"},
                 {{"least loaded", "sojourn_p99", 2}, "the p99 of least loaded"},
                 {{"work_stealing", "sojourn_p99", 2}, "stealing is as good"}});
}

TEST(Claims, OfQ17) {
  const auto story = [](const Trial& trial, std::string_view metric) {
    if (metric == "overflows") return trial.x < 4000 ? 100.0 : 0.0;
    return metric == "sojourn_p99" && begins(trial, "newest") ? 150.0 : 100.0;
  };
  expect_breaks(question("Q17"), story, {},
                {{{"first half", "makespan", 1.1}, "either half"},
                 {{"second half", "overflows", 0}, "overflow in such bursts"},
                 {{"newest first, requests", "sojourn_mean", 1.1}, "the mean of newest"},
                 {{"newest first, requests", "sojourn_p99", 0.7}, "the p99 of newest"}});
  const auto small = [story](const Trial& trial, std::string_view metric) {
    return story(trial, metric) * (trial.x == 16 && metric == "makespan" ? 1.2 : 1);
  };
  EXPECT_THAT(broken(question("Q17").judge(told(question("Q17"), small))),
              Contains(HasSubstr("queues of 16")));
}

TEST(Claims, OfQ18) {
  const auto story = [](const Trial& trial, std::string_view metric) {
    const bool theory = metric == "theory_sojourn_mean";
    if (begins(trial, "one at random")) return 354.0;
    if (theory) return 0.0;
    if (begins(trial, "sharded")) return 1000.0;
    if (begins(trial, "longest of 2")) return 227.0;
    return begins(trial, "longest of 4") ? 165.0 : 105.0;
  };
  expect_breaks(question("Q18"), story, {},
                {{{"one at random", "theory_sojourn_mean", 1.2}, "Mitzenmacher"},
                 {{"sharded_loops", "sojourn_mean", 0.5}, "under 0.5x"},
                 {{"longest of 2", "sojourn_mean", 2}, "a second choice makes"},
                 {{"longest of 4", "sojourn_mean", 0.5}, "more than the two behind"},
                 {{"everybody", "sojourn_mean", 1.2}, "as good as one queue"}});
}

// The third task's turn, after so many ticks.
Traces third(std::string late) {
  return [late](const Trial& trial) {
    int ticks = 1;
    if (begins(trial, "budget")) ticks = static_cast<int>(std::max(1.0, trial.x / 2));
    if (begins(trial, "no budget")) ticks = 2000;
    if (begins(trial, late)) ticks = begins(trial, "no budget") ? 5 : 1500;
    return fmt::format("{{\"t\":{},\"task\":\"third.1\",\"text\":\"third\"}}\n", ticks);
  };
}

TEST(Claims, OfQ19) {
  const Numbers none = [](const Trial&, std::string_view) { return 0.0; };
  const auto lost = [&](const std::string& late) {
    return broken(question("Q19").judge(told(question("Q19"), none, third(late))));
  };
  EXPECT_THAT(lost("nothing"), IsEmpty());
  EXPECT_THAT(lost("budget"), Contains(HasSubstr("half of it in rounds")));
  EXPECT_THAT(lost("no budget"), Contains(HasSubstr("until the two are done")));
  EXPECT_THAT(lost("event_loop"), Contains(HasSubstr("2 rounds at most")));
  EXPECT_THAT(lost("slot capped"), Contains(HasSubstr("4 rounds at most")));
}

// Hashes by seed; `broken_series` has others the second time.
Evidence hashed(const std::string& other, bool alike) {
  std::vector<Result> results;
  for (const Trial& trial : question("Q20").trials(Effort())) {
    Result result{.trial = trial};
    result.values["stolen_jobs"] = std::vector<double>(trial.repetitions, 3);
    result.values["makespan"] = std::vector<double>(trial.repetitions, 5);
    for (std::uint32_t k = 0; k < trial.repetitions; ++k) {
      const bool turned = trial.x == 2 && (trial.series == other || trial.shuffle_ties != 0);
      result.hashes.push_back(alike ? 1 : k + 1 + (turned ? 100 : 0));
    }
    results.push_back(std::move(result));
  }
  return Evidence(std::move(results));
}

TEST(Claims, OfQ20) {
  EXPECT_THAT(broken(question("Q20").judge(hashed("", false))), IsEmpty());
  EXPECT_THAT(broken(question("Q20").judge(hashed("shared_queue", false))),
              Contains(HasSubstr("shared_queue: the same seed")));
  const std::vector<std::string> lost = broken(question("Q20").judge(hashed("", true)));
  EXPECT_THAT(lost, Contains(HasSubstr("another order of simultaneous events")));
  EXPECT_THAT(lost, Contains(HasSubstr("event_loop: the same seed")));
}

}  // namespace
}  // namespace loopsteal::questions
