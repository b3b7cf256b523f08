// Whether the job made ready last should run next, from a separate slot, and whether thieves may
// take it from there: the cost for a child whose parent continues computing, and the gain for two
// tasks that exchange messages.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kHandlersMs = {1, 5, 20, 100};
constexpr int kRealMs = 20;    // What a parent on real threads computes.
constexpr int kSleepMs = 5;    // Main sleeps before it starts a child.
constexpr WorkerId kReal = 2;  // Real threads.
constexpr WorkerId kWorkers = 4;
constexpr int kPairs = 4;
constexpr double kMs = 1e6;
constexpr double kShort = 10;  // ns of work for each message: next to none.
constexpr std::array kWorks = {kShort, 100.0, 1e3, 10e3, 100e3};
constexpr Bound kLoss = Bound::longer(0.05);         // Without a slot.
constexpr Bound kKept = Bound::hardly_longer(0.05);  // With a stealable one.
constexpr double kNoGain = 0.01;

constexpr std::array kSides = {
    Side{"slot", "work_stealing"}, Side{"slot, stealable", "work_stealing:lifo_slot=stealable"},
    Side{"no slot", "work_stealing:lifo_slot=off"}, Side{"shared_queue", "shared_queue"},
    Side{"sharded_loops", "sharded_loops"}};

std::string blocked(std::string_view side) { return fmt::format("{}, child", side); }
std::string talking(std::string_view side) { return fmt::format("{}, pairs", side); }
std::string real(std::string_view side) { return fmt::format("{}, child, threads", side); }

// A parent starts a child and continues computing for that many milliseconds.
std::string program(int handler_ms) {
  return fmt::format(
      R"({{"version": 1, "main": "main", "tasks": {{)"
      R"("main": [["sleep", {}], ["spawn", "child", "c"], ["compute", {}], ["join", "c"]],)"
      R"("child": [["log", "child"]]}}}})",
      kSleepMs, handler_ms);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const int handler : kHandlersMs) {
      trials.push_back({.series = blocked(side.name),
                        .x = handler * kMs,
                        .scheduler = std::string(side.scheduler),
                        .workload = {},
                        .program = program(handler),
                        .workers = kWorkers,
                        .repetitions = 1});
    }
    trials.push_back({.series = real(side.name),
                      .x = kRealMs * kMs,
                      .scheduler = std::string(side.scheduler),
                      .workload = {},
                      .program = program(kRealMs),
                      .workers = kReal,
                      .machine = "threads",
                      .repetitions = 1});
    for (const double work : kWorks) {
      trials.push_back({.series = talking(side.name),
                        .x = work,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("ping_pong:pairs={},rounds={},task_work={}ns",
                                                kPairs, effort.pieces(200), work),
                        .workers = kWorkers,
                        .costs = "reference",
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

// How long the child waited after main had slept, in ns.
double delay_of(const Evidence& evidence, const Place& place) {
  const std::vector<TraceLine> lines = trace_lines(evidence.at(place).trace);
  const auto child = std::ranges::find(lines, std::string("child"), &TraceLine::text);
  if (child == lines.end()) return -1;
  return static_cast<double>(child->ticks - kSleepMs) * kMs;
}

Claim delay_claim(const Evidence& evidence, std::string_view side, bool delayed) {
  double worst = 0;
  for (const int handler : kHandlersMs) {
    const double expected = delayed ? handler * kMs : 0;
    worst =
        std::max(worst, std::abs(delay_of(evidence, {blocked(side), handler * kMs}) - expected));
  }
  return {fmt::format("{}: the child {}", side,
                      delayed ? "waits for as long as its parent goes on computing"
                              : "runs at once on another worker"),
          worst == 0, fmt::format("off by {} at most", text_of(worst, Unit::time))};
}

Claim real_claim(const Evidence& evidence) {
  const double parent = kRealMs * kMs;
  const double slot = delay_of(evidence, {real("slot"), parent});
  const double off = delay_of(evidence, {real("no slot"), parent});
  return {
      fmt::format("on real threads, too: behind a parent of {} the slot's child waits for all of "
                  "it, and without the slot for less",
                  stated(parent, Unit::time)),
      slot >= parent && off < slot,
      fmt::format("{} against {}", text_of(slot, Unit::time), text_of(off, Unit::time))};
}

Estimate price(const Evidence& evidence, std::string_view side, double work) {
  return evidence.ratio({talking(side), work}, {talking("slot"), work}, "makespan");
}

Claim talk_claim(const Evidence& evidence) {
  const Estimate off = price(evidence, "no slot", kShort);
  return {fmt::format("pairs that hand messages of {} to each other take {} without the slot",
                      stated(kShort, Unit::time), kLoss),
          kLoss.holds(off), fmt::format("{} the time without", text_of(off, Unit::factor))};
}

Claim stealable_claim(const Evidence& evidence) {
  const Estimate stealable = price(evidence, "slot, stealable", kShort);
  return {
      fmt::format("with a slot that may be stolen the same pairs take {} than with Tokio's", kKept),
      kKept.holds(stealable), fmt::format("{} the time", text_of(stealable, Unit::factor))};
}

Chart delay_chart(const Evidence& evidence) {
  Chart chart{.name = "q03-child",
              .title = "How long a child waits whose parent goes on computing",
              .x_label = "what the parent computes",
              .x_unit = Unit::time,
              .y_label = "wait of the child",
              .y_unit = Unit::time,
              .log_x = true};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const int handler : kHandlersMs) {
      const double delay = delay_of(evidence, {blocked(side.name), handler * kMs});
      curve.points.push_back({handler * kMs, Estimate::exact(delay)});
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Chart talk_chart(const Evidence& evidence) {
  Chart chart{.name = "q03-pairs",
              .title = "Pairs that talk: time over that with the slot, reference costs",
              .x_label = "work for each message",
              .x_unit = Unit::time,
              .y_label = "ratio of makespans",
              .y_unit = Unit::factor,
              .log_x = true};
  for (const Side& side : kSides) {
    if (side.name == "slot" || side.name == "sharded_loops") continue;
    chart.curves.push_back(ratio_curve(evidence, talking(side.name), talking("slot"), "makespan",
                                       std::string(side.name)));
  }
  return chart;
}

AnswerTable delay_table(const Evidence& evidence) {
  AnswerTable table{
      .title = "Wait of the child, in virtual time", .columns = {"parent computes"}, .rows = {}};
  for (const Side& side : kSides) table.columns.emplace_back(side.name);
  for (const int handler : kHandlersMs) {
    std::vector<std::string> row = {text_of(handler * kMs, Unit::time)};
    for (const Side& side : kSides) {
      row.push_back(text_of(delay_of(evidence, {blocked(side.name), handler * kMs}), Unit::time));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

AnswerTable real_table(const Evidence& evidence) {
  AnswerTable table{
      .title = fmt::format("Wait of the child behind a parent of {}, {} workers, to {}",
                           stated(kRealMs * kMs, Unit::time), kReal, stated(kMs, Unit::time)),
      .machine = "threads",
      .columns = {"scheduler", "wait"},
      .rows = {}};
  for (const Side& side : kSides) {
    const double delay = delay_of(evidence, {real(side.name), kRealMs * kMs});
    table.rows.push_back({std::string(side.name), text_of(delay, Unit::time)});
  }
  return table;
}

// Work per message from which on the slot no longer pays.
std::string flip_of(const Evidence& evidence) {
  for (const double work : kWorks) {
    const Estimate off = price(evidence, "no slot", work);
    if (off.low > 1 + kNoGain) continue;
    return fmt::format("The slot gains less than {} from {} of work for each message on ({}).",
                       stated(kNoGain, Unit::share), stated(work, Unit::time),
                       text_of(off, Unit::factor));
  }
  return fmt::format("The slot gained {} or more at every size up to {} of work for each message.",
                     stated(kNoGain, Unit::share), stated(kWorks.back(), Unit::time));
}

std::string parents() {
  return stated_range(kHandlersMs.front() * kMs, kHandlersMs.back() * kMs, Unit::time);
}

Answer judge(const Evidence& evidence) {
  const Estimate off = price(evidence, "no slot", kShort);
  const Estimate stealable = price(evidence, "slot, stealable", kShort);
  const double longest = delay_of(evidence, {blocked("slot"), kHandlersMs.back() * kMs});
  Answer answer;
  answer.verdict = fmt::format(
      "Next, yes, but stealable: tasks that talk to each other take {} as long without the slot, "
      "yet a child left in a slot that nobody may steal from waits for all that its parent still "
      "computes ({} behind {}), beside idle workers; a slot that may be stolen has neither fault "
      "({} the time, no wait).",
      text_of(off.value, Unit::factor), text_of(longest, Unit::time),
      stated(kHandlersMs.back() * kMs, Unit::time), text_of(stealable.value, Unit::factor));
  const std::string message = stated(kShort, Unit::time) + " a message";
  answer.effects = {
      {"time without the slot over with it, " + message, off, Unit::factor},
      {"time with a stealable slot over Tokio's, " + message, stealable, Unit::factor},
      {"time of shared_queue over Tokio's slot, " + message,
       price(evidence, "shared_queue", kShort), Unit::factor},
      {fmt::format("wait of a child behind a parent of {}, slot",
                   stated(kHandlersMs.back() * kMs, Unit::time)),
       {longest, longest, longest},
       Unit::time}};
  answer.holds_for = fmt::format(
      "{} workers in virtual time with the reference costs, {} pairs, {} of work for each message; "
      "parents of {}.",
      kWorkers, kPairs, stated_range(kWorks, Unit::time), parents());
  answer.flips_where = flip_of(evidence);
  answer.claims = {delay_claim(evidence, "slot", true),
                   delay_claim(evidence, "slot, stealable", false),
                   delay_claim(evidence, "no slot", false),
                   delay_claim(evidence, "shared_queue", false),
                   talk_claim(evidence),
                   stealable_claim(evidence),
                   real_claim(evidence)};
  std::vector<std::string> names;
  for (const Side& side : kSides) names.push_back(talking(side.name));
  answer.tables = {
      delay_table(evidence),
      table_of(evidence, "Makespan of the pairs", "work a message", Unit::time, names, "makespan"),
      real_table(evidence)};
  answer.charts = {delay_chart(evidence), talk_chart(evidence)};
  return answer;
}

}  // namespace

Question lifo_slot_question() {
  return {
      .id = "Q03",
      .title = "Should the last-woken task run next (LIFO slot), and may it be stolen?",
      .keywords = "runnext lifo_slot ping pong handoff spawn then block starvation",
      .hypothesis =
          "A slot saves tasks that talk the way through the queue, and costs a child all "
          "that its parent still computes, unless thieves may take it.",
      .experiment = fmt::format(
          "A parent that spawns a child and computes for {}, at no cost, and for {} on {} real "
          "threads; {} pairs that hand messages to each other with the reference costs: "
          "work_stealing with the slot, a stealable one and none; shared_queue and sharded_loops "
          "as controls; {} workers.",
          parents(), stated(kRealMs * kMs, Unit::time), kReal, kPairs, kWorkers),
      .metric = "Wait of the child; makespan of the pairs, as a ratio by pairs.",
      .rule = fmt::format(
          "With Tokio's slot the child's wait is the parent's computing, with a stealable one "
          "and without 0, each to the tick. On real threads a child in Tokio's slot waits for {} "
          "or more, and without the slot for less. At {} a message the pairs take {} without a "
          "slot, and {} with a stealable one.",
          stated(kRealMs * kMs, Unit::time), stated(kShort, Unit::time), kLoss, kKept),
      .background =
          "Tokio's slot cannot be stolen from, and gives way after three jobs (1.53; "
          "without a limit in 1.24); Go's runnext may be stolen, after a while.",
      .sources = {"tokio-rs/tokio#8065", "tokio-rs/tokio#7431", "tokio-rs/tokio#8100",
                  "tokio-rs/tokio#8120", "tokio-rs/tokio#8092", "tokio-rs/tokio#8069",
                  "tokio-rs/tokio#4941", "tokio-rs/tokio#4323", "tokio-rs/tokio#4936",
                  "agntcy/slim#1603", "DataDog/saluki#1417", "tokio-rs/tokio#2349",
                  "tokio-rs/tokio#5686", "tokio-rs/tokio#5712"},
      .vary =
          "loopsteal compare --machine sim --workers 8 --costs reference --scheduler "
          "work_stealing --scheduler work_stealing:lifo_slot=stealable --scheduler "
          "work_stealing:lifo_slot=off --workload ping_pong:task_work=1us",
      .metrics = {"makespan"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
