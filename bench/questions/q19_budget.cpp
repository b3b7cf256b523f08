// Purpose of a cooperative budget: two tasks that keep each other ready, and a third that waits for
// its turn on the same worker.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kTokio = 128;
constexpr std::array kBudgets = {1.0, 8.0, 32.0, kTokio, 512.0, 1024.0};
constexpr int kRounds = 2000;
constexpr double kTick = 1e6;  // Of a round, ns.
constexpr int kSlotCap = 3;    // Jobs in a row from the slot of Tokio 1.53: the default.
// Rounds that the third may wait.
constexpr int kOffBudget = 2;  // More or fewer than half of the budget.
constexpr int kQueues = 2;
constexpr int kCapped = 4;
constexpr std::string_view kBudget = "budget";
constexpr std::string_view kCappedSlot = "slot capped at 3";
static_assert(kCappedSlot.back() == '0' + kSlotCap);
constexpr std::array kOthers = {
    Side{"no budget", "work_stealing:lifo_cap=unlimited"}, Side{kCappedSlot, "work_stealing"},
    Side{"event_loop", "event_loop"}, Side{"shared_queue", "shared_queue"},
    Side{"sharded_loops", "sharded_loops"}};

// They hand a permit to each other, which takes one of them a tick; then the third is ready.
std::string program() {
  return fmt::format(
      R"({{"version": 1, "main": "main", "semaphores": {{"a": 0, "b": 0}}, "tasks": {{)"
      R"("main": [["spawn", "pong", "o"], ["yield"], ["yield"], ["spawn", "ping", "i"],)"
      R"( ["join", "i"]],)"
      R"("ping": [["spawn", "third", "x"], ["repeat", {0}, [["compute", 1], ["sem_release", "a"],)"
      R"( ["sem_acquire", "b"]]], ["yield"], ["yield"]],)"
      R"("pong": [["repeat", {0}, [["sem_acquire", "a"], ["sem_release", "b"]]]],)"
      R"("third": [["log", "third"]]}}}})",
      kRounds);
}

std::vector<Trial> trials(const Effort&) {
  std::vector<Trial> trials;
  const auto add = [&](std::string_view series, double x, std::string scheduler,
                       std::string words) {
    trials.push_back({.series = std::string(series),
                      .x = x,
                      .scheduler = std::move(scheduler),
                      .workload = {},
                      .program = program(),
                      .words = std::move(words),
                      .workers = 1,
                      .repetitions = 1});
  };
  for (const double budget : kBudgets) {
    add(kBudget, budget, fmt::format("work_stealing:lifo_cap=unlimited,budget={:.0f}", budget),
        "tokio-1.24");
  }
  // asyncio's dialect counts no operations, so nothing is spent.
  for (const Side& side : kOthers) add(side.name, 0, std::string(side.scheduler), "asyncio");
  return trials;
}

// Time until the third task had its turn.
double turn_of(const Evidence& evidence, const Place& place) {
  for (const TraceLine& line : trace_lines(evidence.at(place).trace)) {
    if (line.text == "third") return static_cast<double>(line.ticks) * kTick;
  }
  return kRounds * kTick;  // Not while the two were running.
}

Estimate exact(double value) { return {value, value, value}; }

std::vector<Claim> claims_of(const Evidence& evidence) {
  double worst = 0;
  for (const double budget : kBudgets) {
    const double expected = std::max(1.0, budget / 2) * kTick;
    worst = std::max(worst, std::abs(turn_of(evidence, {kBudget, budget}) - expected));
  }
  const double none = turn_of(evidence, {"no budget", 0});
  const double loop = turn_of(evidence, {"event_loop", 0});
  const double shared = turn_of(evidence, {"shared_queue", 0});
  const double sharded = turn_of(evidence, {"sharded_loops", 0});
  const double capped = turn_of(evidence, {kCappedSlot, 0});
  return {
      {fmt::format("with a budget the third waits for half of it in rounds, to {} rounds",
                   kOffBudget),
       worst <= kOffBudget * kTick, fmt::format("off by {} at most", text_of(worst, Unit::time))},
      {"without one it waits until the two are done", none >= kRounds * kTick,
       text_of(none, Unit::time)},
      {fmt::format(
           "event_loop, shared_queue and sharded_loops: {} rounds at most, without a budget",
           kQueues),
       std::max({loop, shared, sharded}) <= kQueues * kTick,
       fmt::format("{}, {} and {}", text_of(loop, Unit::time), text_of(shared, Unit::time),
                   text_of(sharded, Unit::time))},
      {fmt::format("a slot that gives way after {} jobs: {} rounds at most", kSlotCap, kCapped),
       capped <= kCapped * kTick, text_of(capped, Unit::time)}};
}

Answer judge(const Evidence& evidence) {
  const double tokio = turn_of(evidence, {kBudget, kTokio});
  const double none = turn_of(evidence, {"no budget", 0});
  const double loop = turn_of(evidence, {"event_loop", 0});
  const double shared = turn_of(evidence, {"shared_queue", 0});
  const double capped = turn_of(evidence, {kCappedSlot, 0});
  Answer answer;
  answer.verdict = fmt::format(
      "A budget bounds how long two tasks that keep waking each other hold a worker from the LIFO "
      "slot: half of it in rounds ({} with Tokio's {} and rounds of {}), and without one all "
      "others wait for their end ({}); a loop, one queue and a slot that gives way after {} jobs "
      "need none ({}, {}, {}).",
      text_of(tokio, Unit::time), kTokio, stated(kTick, Unit::time), text_of(none, Unit::time),
      kSlotCap, text_of(loop, Unit::time), text_of(shared, Unit::time),
      text_of(capped, Unit::time));
  answer.effects = {
      {fmt::format("wait of a third task, budget {}", kTokio), exact(tokio), Unit::time},
      {"wait of a third task, no budget", exact(none), Unit::time},
      {fmt::format("wait of a third task, {}", kCappedSlot), exact(capped), Unit::time},
      {"wait of a third task, event_loop", exact(loop), Unit::time},
      {"wait of a third task, shared_queue", exact(shared), Unit::time}};
  answer.holds_for = fmt::format(
      "two tasks that hand a permit back and forth, {} times {}, and a third next to them; one "
      "worker, no costs; budgets of {}.",
      stated(kRounds, Unit::count), stated(kTick, Unit::time), stated_range(kBudgets, Unit::count));
  answer.flips_where =
      "A smaller budget bounds the wait at nearly no cost here; what it costs "
      "streams that are drained in batches was not measured.";
  answer.claims = claims_of(evidence);
  AnswerTable table{.title = "Wait of the third task", .columns = {"setting", "wait"}, .rows = {}};
  Chart chart{.name = "q19-budget",
              .title = "How long two tasks that wake each other keep a third from its turn",
              .x_label = "budget",
              .x_unit = Unit::count,
              .y_label = "wait of the third",
              .y_unit = Unit::time,
              .log_x = true,
              .log_y = true};
  Curve curve{.name = "budget, slot not capped", .points = {}};
  for (const double budget : kBudgets) {
    const double turn = turn_of(evidence, {kBudget, budget});
    table.rows.push_back({fmt::format("budget {:.0f}", budget), text_of(turn, Unit::time)});
    curve.points.push_back({budget, Estimate::exact(turn)});
  }
  chart.curves.push_back(std::move(curve));
  for (const Side& side : kOthers) {
    const double turn = turn_of(evidence, {side.name, 0});
    table.rows.push_back({std::string(side.name), text_of(turn, Unit::time)});
    chart.curves.push_back({.name = std::string(side.name),
                            .points = {{kBudgets.front(), Estimate::exact(turn)},
                                       {kBudgets.back(), Estimate::exact(turn)}}});
  }
  answer.tables = {std::move(table)};
  answer.charts = {std::move(chart)};
  return answer;
}

}  // namespace

Question budget_question() {
  return {.id = "Q19",
          .title = "Cooperative budget and yield: is 128 right, does yield_now starve I/O?",
          .keywords = "coop budget yield_now starvation always ready stream lifo_cap",
          .hypothesis =
              "Where a slot lets two tasks go on by themselves, only a budget or a cap "
              "gives others a turn; queues need neither.",
          .experiment = fmt::format(
              "Two tasks that hand a permit to each other and a third that is ready, on one worker "
              "in virtual time: work_stealing with an uncapped slot and budgets of {} or none, "
              "with the capped slot of Tokio 1.53; event_loop, shared_queue and sharded_loops as "
              "controls.",
              stated_range(kBudgets, Unit::count)),
          .metric = "How long the third waits for its turn.",
          .rule = fmt::format(
              "The third waits for half of the budget in rounds, to {} rounds; until the end "
              "without one; {} rounds at most on the loops and the queue, {} rounds at most with "
              "the capped slot.",
              kOffBudget, kQueues, kCapped),
          .background =
              "Tokio counts 128 operations on its own resources (coop), and since 1.53 "
              "polls the slot at most three times in a row. asyncio has no budget: an "
              "await that does not suspend gives nobody a turn.",
          .sources = {"tokio-rs/tokio#5223", "tokio-rs/tokio#5209", "tokio-rs/tokio#2349",
                      "emcie-co/parlant#783", "dabeaz/curio#106", "tokio-rs/tokio-core#165",
                      "python/cpython#93222"},
          .vary =
              "loopsteal script docs/cards/ping_pong.json --words tokio-1.24 --scheduler "
              "work_stealing:lifo_cap=unlimited,budget=4",
          .metrics = {},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
