// Whether the job made ready last should run next, in a slot of its own, and whether thieves may
// take it from there: what that costs a child whose parent goes on computing, and what it saves two
// tasks that talk to each other.
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
constexpr std::array kWorksUs = {0.01, 0.1, 1.0, 10.0, 100.0};
constexpr WorkerId kWorkers = 4;
constexpr double kMs = 1e6;
constexpr double kShort = 10;  // ns of work for each message: next to none.

constexpr std::array kSides = {
    Side{"slot", "work_stealing"}, Side{"slot, stealable", "work_stealing:lifo_slot=stealable"},
    Side{"no slot", "work_stealing:lifo_slot=off"}, Side{"shared_queue", "shared_queue"},
    Side{"sharded_loops", "sharded_loops"}};

std::string blocked(std::string_view side) { return fmt::format("{}, child", side); }
std::string talking(std::string_view side) { return fmt::format("{}, pairs", side); }
std::string real(std::string_view side) { return fmt::format("{}, child, threads", side); }

// A parent starts a child and computes on for so many milliseconds.
std::string program(int handler_ms) {
  return fmt::format(
      R"({{"version": 1, "main": "main", "tasks": {{)"
      R"("main": [["sleep", 5], ["spawn", "child", "c"], ["compute", {}], ["join", "c"]],)"
      R"("child": [["log", "child"]]}}}})",
      handler_ms);
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
                      .x = 20 * kMs,
                      .scheduler = std::string(side.scheduler),
                      .workload = {},
                      .program = program(20),
                      .workers = 2,
                      .machine = "threads",
                      .repetitions = 1});
    for (const double us : kWorksUs) {
      trials.push_back({.series = talking(side.name),
                        .x = us * 1e3,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("ping_pong:pairs=4,rounds={},task_work={}ns",
                                                effort.pieces(200), us * 1e3),
                        .workers = kWorkers,
                        .costs = "reference",
                        .repetitions = effort.repetitions()});
    }
  }
  return trials;
}

// How long the child waited, in ns: main goes to sleep for 5 ms first.
double delay_of(const Evidence& evidence, const Place& place) {
  const std::vector<TraceLine> lines = trace_lines(evidence.at(place).trace);
  const auto child = std::ranges::find(lines, std::string("child"), &TraceLine::text);
  if (child == lines.end()) return -1;
  return static_cast<double>(child->ticks - 5) * kMs;
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
  const double slot = delay_of(evidence, {real("slot"), 20 * kMs});
  const double off = delay_of(evidence, {real("no slot"), 20 * kMs});
  return {
      "on real threads, too: behind a parent of 20 ms the slot's child waits for it, and "
      "without the slot for less",
      slot >= 20 * kMs && off < slot,
      fmt::format("{} against {}", text_of(slot, Unit::time), text_of(off, Unit::time))};
}

Estimate price(const Evidence& evidence, std::string_view side, double work) {
  return evidence.ratio({talking(side), work}, {talking("slot"), work}, "makespan");
}

Claim talk_claim(const Evidence& evidence) {
  const Estimate off = price(evidence, "no slot", kShort);
  return {"pairs that hand short messages to each other lose by not having it", off.low > 1.05,
          fmt::format("{} the time without", text_of(off, Unit::factor))};
}

Claim stealable_claim(const Evidence& evidence) {
  const Estimate stealable = price(evidence, "slot, stealable", kShort);
  return {"a slot that may be stolen keeps that gain to 5 %", stealable.high < 1.05,
          fmt::format("{} the time", text_of(stealable, Unit::factor))};
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
  AnswerTable table{.title = "Wait of the child behind a parent of 20 ms, two workers, to 1 ms",
                    .machine = "threads",
                    .columns = {"scheduler", "wait"},
                    .rows = {}};
  for (const Side& side : kSides) {
    const double delay = delay_of(evidence, {real(side.name), 20 * kMs});
    table.rows.push_back({std::string(side.name), text_of(delay, Unit::time)});
  }
  return table;
}

// The work for each message from which on the slot no longer pays.
std::string flip_of(const Evidence& evidence) {
  for (const double us : kWorksUs) {
    const Estimate off = price(evidence, "no slot", us * 1e3);
    if (off.low > 1.01) continue;
    return fmt::format("The slot gains less than 1 % from {} of work for each message on ({}).",
                       text_of(us * 1e3, Unit::time), text_of(off, Unit::factor));
  }
  return fmt::format("It gained at every size up to {} of work for each message.",
                     text_of(kWorksUs.back() * 1e3, Unit::time));
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
      text_of(kHandlersMs.back() * kMs, Unit::time), text_of(stealable.value, Unit::factor));
  answer.effects = {
      {"time without the slot over with it, 10 ns a message", off, Unit::factor},
      {"time with a stealable slot over Tokio's, 10 ns a message", stealable, Unit::factor},
      {"time of shared_queue over Tokio's slot, 10 ns a message",
       price(evidence, "shared_queue", kShort), Unit::factor},
      {"wait of a child behind a parent of 100 ms, slot", Estimate::exact(longest), Unit::time}};
  answer.holds_for =
      "4 workers in virtual time with the reference costs, 4 pairs, 10 ns to "
      "100 us of work for each message; parents of 1 to 100 ms.";
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
      .experiment =
          "A parent that spawns a child and computes for 1 to 100 ms, at no cost and on two real "
          "threads; 4 pairs that hand messages to each other with the reference costs: "
          "work_stealing with the slot, a stealable one and none; shared_queue and sharded_loops "
          "as controls; 4 workers.",
      .metric = "Wait of the child; makespan of the pairs, as a ratio by pairs.",
      .rule =
          "With Tokio's slot the child's wait is the parent's computing, with a stealable one "
          "and without 0, each to the tick. At 10 ns a message the pairs take over 5 % longer "
          "without a slot, and less than 5 % longer with a stealable one.",
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
