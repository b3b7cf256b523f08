// Each rule of decision on numbers that were made up: those under which all claims hold, and, one
// by one, those that break one of them.
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

std::string line(int iteration, int ticks, std::string_view task, std::string_view text) {
  return fmt::format("{{\"iter\":{},\"t\":{},\"task\":\"{}\",\"text\":\"{}\"}}\n", iteration, ticks,
                     task, text);
}

// ---- Q01 ----

std::string order(const Trial& trial, bool swapped) {
  std::string trace = line(1, 0, "main.1", "main begins") + line(1, 0, "main.1", "main waits");
  const std::string first = line(2, 0, "task.1", "runs");
  const std::string second = line(2, 0, "callback", "callback");
  const bool turned = swapped && trial.machine == "threads";
  trace += turned ? second + first : first + second;
  return trace + line(2, 0, "task.2", "runs") + line(3, 0, "task.1", "runs on") +
         line(3, 0, "task.2", "runs on") + line(4, 10, "callback", "timer of 10") +
         line(5, 20, "callback", "timer of 20") + line(7, 30, "main.1", "main ends");
}

double asyncio_story(const Trial& trial, std::string_view metric) {
  const bool real = trial.machine == "threads";
  const bool alone = trial.series.starts_with("event_loop");
  const bool steals = trial.series.starts_with("work_stealing");
  if (metric == "workers_used") return alone ? 1 : 2;
  if (metric == "stolen_jobs") return steals && real ? 30 : 0;
  const double load = trial.x / (alone ? 1 : trial.series == "sharded_loops" ? 4 : 4.2);
  const double mean = 100e3 / (1 - load);
  if (metric == "sojourn_mean") return mean;
  if (metric == "sojourn_p99") return mean * std::log(100.0);
  if (metric == "theory_sojourn_mean") return alone && !real ? mean : 0;
  if (metric == "makespan") return alone ? 100e6 : 50e6;
  return 0;
}

TEST(Claims, OfQ01) {
  const auto straight = [](const Trial& trial) { return order(trial, false); };
  expect_breaks(question("Q01"), asyncio_story, straight,
                {{{"event_loop, threads", "workers_used", 2}, "one thread runs everything"},
                 {{"sharded_loops, threads", "workers_used", 0.5}, "2 threads, and still"},
                 {{"work_stealing, threads", "stolen_jobs", 0}, "steals jobs of another"},
                 {{"event_loop", "sojourn_mean", 1.1}, "M/M/1"},
                 {{"event_loop", "sojourn_p99", 2}, "enough up to 80 %"},
                 {{"work_stealing", "sojourn_p99", 2}, "stealing carries more"}});
  const Evidence turned =
      told(question("Q01"), asyncio_story, [](const Trial& trial) { return order(trial, true); });
  EXPECT_THAT(broken(question("Q01").judge(turned)), Contains(HasSubstr("order in which")));
}

// ---- Q03 ----

// The child of a slot nobody may steal from waits for its parent; `late` is the series of another
// one that does, too.
Traces children(std::string late) {
  return [late](const Trial& trial) {
    const bool waits = trial.series.starts_with("slot, child") || trial.series == late;
    const auto parent = static_cast<int>(trial.x / 1e6);
    return line(0, 5 + (waits ? parent : 0), "child.1", "child");
  };
}

double slot_story(const Trial& trial, std::string_view) {
  return trial.series == "no slot, pairs" ? 120 : trial.series == "shared_queue, pairs" ? 200 : 100;
}

TEST(Claims, OfQ03) {
  expect_breaks(question("Q03"), slot_story, children(""),
                {{{"no slot, pairs", "makespan", 0.8}, "without the slot"},
                 {{"slot, stealable, pairs", "makespan", 1.1}, "may be stolen"}});
  for (const std::string side : {"slot, stealable", "no slot", "shared_queue"}) {
    const Evidence evidence = told(question("Q03"), slot_story, children(side + ", child"));
    EXPECT_THAT(broken(question("Q03").judge(evidence)),
                Contains(HasSubstr(side + ": the child runs at once")));
  }
  const Evidence none = told(question("Q03"), slot_story,
                             [](const Trial&) { return line(0, 5, "child.1", "child"); });
  EXPECT_THAT(broken(question("Q03").judge(none)), Contains(HasSubstr("slot: the child waits")));
  EXPECT_THAT(broken(question("Q03").judge(none)), Contains(HasSubstr("on real threads, too")));
}

// ---- Q04 ----

double imbalance_story(const Trial& trial, std::string_view metric) {
  const bool apart = trial.series.starts_with("sharded_loops");
  const double value = apart ? 500e3 : 100e3;
  if (!metric.starts_with("theory_")) return value;
  return trial.series.ends_with("costs") ? 0 : value;
}

TEST(Claims, OfQ04) {
  expect_breaks(
      question("Q04"), imbalance_story, {},
      {{{"sharded_loops, exp", "sojourn_mean", 1.1}, "sharded_loops, exp service: mean"},
       {{"sharded_loops, exp", "sojourn_p99", 1.1}, "sharded_loops, exp service: p99"},
       {{"sharded_loops, bimodal1", "sojourn_mean", 0.9}, "sharded_loops, bimodal1 service: mean"},
       {{"shared_queue, exp", "sojourn_mean", 1.1}, "shared_queue, exp service: mean"},
       {{"work_stealing, exp", "sojourn_mean", 1.1}, "work_stealing, exp service: mean"},
       {{"work_stealing, bimodal1", "sojourn_p99", 6}, "shorter p99 at every load"},
       {{"work_stealing, bimodal1", "sojourn_mean", 1.1}, "sharing that does it"}});
}

// ---- Q05 ----

double slow_callback_story(const Trial& trial, std::string_view metric) {
  const bool real = trial.machine == "threads";
  const bool halted =
      trial.series.starts_with("event_loop") || trial.series.starts_with("work_stealing");
  const bool apart = trial.series.starts_with("sharded_loops");
  if (metric == "waited") return halted ? 1000 : apart ? 250 : 0;
  if (real) return halted ? trial.x : trial.x / 10;
  return halted ? trial.x - 100e3 : apart ? trial.x - 400e3 : 0;
}

TEST(Claims, OfQ05) {
  const Numbers always = [](const Trial& trial, std::string_view metric) {
    // So that a factor can turn it into a wait.
    return slow_callback_story(trial, metric) + (metric == "wait_max" ? 1.0 : 0);
  };
  expect_breaks(question("Q05"), always, {},
                {{{"event_loop", "wait_max", 0.5}, "less the gap, to 10 us"},
                 {{"sharded_loops", "waited", 2}, "of one in 4"},
                 {{"sharded_loops", "wait_max", 0.5}, "of one in 4"},
                 {{"shared_queue", "wait_max", 1e6}, "shared_queue: other workers serve"},
                 {{"no LIFO slot", "wait_max", 1e6}, "no LIFO slot: other workers serve"},
                 {{"slot stealable", "wait_max", 1e6}, "slot stealable: other workers serve"},
                 {{"work_stealing", "wait_max", 0.1}, "may halt all"},
                 {{"event_loop, threads", "wait_max", 0.1}, "on real threads, too"},
                 {{"shared_queue, threads", "wait_p99", 20}, "on real threads, too"}});
}

// ---- Q10 ----

double steal_story(const Trial& trial, std::string_view metric) {
  const bool tree = trial.series.ends_with("tree");
  const bool one = trial.series.starts_with("steal one");
  if (metric == "stolen_jobs") return one ? 100 : 1000;
  if (trial.series == "sharded_loops, hot") return 1000;
  if (trial.series.starts_with("sharded") || trial.series.starts_with("shared") || tree) return 100;
  if (trial.series.starts_with("steal all")) return 110;
  return 100 + trial.x / (one ? 100 : 1000);  // At 10 us 200 and 110.
}

TEST(Claims, OfQ10) {
  expect_breaks(question("Q10"), steal_story, {},
                {{{"steal one, even", "makespan", 0.5}, "even jobs with one worker"},
                 {{"steal one, hot", "makespan", 0.5}, "hot jobs with one worker"},
                 {{"steal one, tree", "makespan", 1.1}, "a tree: one is as good"},
                 {{"steal one, tree", "stolen_jobs", 100}, "a tree: one is as good"},
                 {{"steal all, even", "makespan", 0.8}, "all takes over 2 % longer"},
                 {{"steal half, even", "makespan", 0.1}, "there is a cost"},
                 {{"sharded_loops, hot", "makespan", 0.1}, "one loop owns most"}});
}

}  // namespace
}  // namespace loopsteal::questions
