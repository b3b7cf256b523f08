// Whether a seed reproduces a schedule: the same runs twice, other seeds, and other orders of
// simultaneous events.
#include <array>
#include <set>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"}};
constexpr WorkerId kWorkers = 8;
constexpr WorkerId kReal = 2;         // Real threads.
constexpr std::uint32_t kSeeds = 20;  // In a quick look.
constexpr int kRealJobs = 2000;
constexpr double kOnce = 1;
constexpr double kAgain = 2;

std::string shuffled(std::string_view side) { return std::string(side) + ", ties shuffled"; }
std::string real(std::string_view side) { return std::string(side) + ", threads"; }

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    const Trial trial{.series = std::string(side.name),
                      .x = kOnce,
                      .scheduler = std::string(side.scheduler),
                      .workload = fmt::format("requests:load=0.7,mean=100us,source=inside,count={}",
                                              effort.pieces(12'000)),
                      .workers = kWorkers,
                      .costs = "reference",
                      .repetitions = effort.repetitions(kSeeds)};
    trials.push_back(trial);
    trials.push_back(trial);
    trials.back().x = kAgain;
    trials.push_back(trial);
    trials.back().series = shuffled(side.name);
    // Several jobs at the same moments, so that there are ties to shuffle.
    trials.back().workload = "skynet:levels=3";
    trials.back().costs = "zero";
    trials.back().shuffle_ties = 1;
    trials.push_back(trials.back());
    trials.back().x = kAgain;
    trials.back().shuffle_ties = 2;
    trials.push_back({.series = real(side.name),
                      .x = 0,
                      .scheduler = std::string(side.scheduler),
                      .workload = fmt::format("hot_shard:jobs={},work=50us", kRealJobs),
                      .workers = kReal,
                      .machine = "threads",
                      .repetitions = effort.rounds(5)});
  }
  return trials;
}

std::size_t distinct(const std::vector<std::uint64_t>& hashes) {
  return std::set(hashes.begin(), hashes.end()).size();
}

Claim again_claim(const Evidence& evidence, std::string_view side) {
  const Result& once = evidence.at({side, kOnce});
  const Result& again = evidence.at({side, kAgain});
  const std::size_t runs = once.hashes.size();
  return {fmt::format("{}: the same seed gives the same run, another seed another", side),
          runs > 0 && once.hashes == again.hashes && once.values == again.values &&
              distinct(once.hashes) == runs,
          fmt::format("{} seeds, {} runs that differ, all of them alike the second time: {}", runs,
                      distinct(once.hashes), once.hashes == again.hashes ? "yes" : "no")};
}

Claim shuffle_claim(const Evidence& evidence) {
  const Result& one = evidence.at({shuffled("work_stealing"), kOnce});
  const Result& other = evidence.at({shuffled("work_stealing"), kAgain});
  return {
      "work_stealing: another order of simultaneous events is another run, with the same answer",
      !one.hashes.empty() && one.hashes.front() != other.hashes.front(),
      "every run checks its answer"};
}

AnswerTable table_of_runs(const Evidence& evidence) {
  AnswerTable table{.title = "Runs that differ",
                    .columns = {"scheduler", "seeds", "runs that differ", "alike the second time"},
                    .rows = {}};
  for (const Side& side : kSides) {
    const Result& once = evidence.at({side.name, kOnce});
    const Result& again = evidence.at({side.name, kAgain});
    std::size_t alike = 0;
    for (std::size_t i = 0; i < once.hashes.size(); ++i)
      alike += once.hashes[i] == again.hashes[i] ? 1 : 0;
    table.rows.push_back({std::string(side.name), std::to_string(once.hashes.size()),
                          std::to_string(distinct(once.hashes)), std::to_string(alike)});
  }
  return table;
}

Chart steals_chart(const Evidence& evidence) {
  Chart chart{.name = "q20-steals",
              .title = "Jobs stolen under work_stealing, by seed",
              .x_label = "seed",
              .x_unit = Unit::count,
              .y_label = "jobs stolen",
              .y_unit = Unit::count};
  for (const auto& [x, name] : {std::pair{kOnce, "once"}, std::pair{kAgain, "again"}}) {
    Curve curve{.name = name, .points = {}};
    double seed = static_cast<double>(evidence.at({"work_stealing", x}).seed);
    for (const double stolen : evidence.values({"work_stealing", x}, "stolen_jobs"))
      curve.points.push_back({seed++, Estimate::exact(stolen)});
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Answer judge(const Evidence& evidence) {
  const Result& once = evidence.at({"work_stealing", kOnce});
  const Estimate stolen = evidence.estimate({real("work_stealing"), 0}, "stolen_jobs");
  Answer answer;
  answer.verdict = fmt::format(
      "Yes, in virtual time: {} seeds gave {} different runs of work stealing, and each of them "
      "again, event for event; on real threads the same seed fixes the input but not who steals "
      "what ({} jobs stolen in the middle round, {} to {} in 95 % of such).",
      once.hashes.size(), distinct(once.hashes), text_of(stolen.value, Unit::count),
      text_of(stolen.low, Unit::count), text_of(stolen.high, Unit::count));
  answer.effects = {{"jobs stolen, work_stealing, over the seeds",
                     evidence.estimate({"work_stealing", kOnce}, "stolen_jobs"), Unit::count},
                    {"jobs stolen, work_stealing, over rounds with one seed after the other",
                     stolen, Unit::count, "threads"}};
  answer.holds_for = fmt::format(
      "requests from a task among the others on {} workers with the reference costs, and a tree at "
      "no cost with ties shuffled; any machine, any number of threads that simulate "
      "(tests/determinism).",
      kWorkers);
  answer.flips_where =
      "It ends where real time begins: no run on threads can be had again by its "
      "seed.";
  for (const Side& side : kSides) answer.claims.push_back(again_claim(evidence, side.name));
  answer.claims.push_back(shuffle_claim(evidence));
  answer.tables = {table_of_runs(evidence)};
  answer.charts = {steals_chart(evidence)};
  return answer;
}

}  // namespace

Question replay_question() {
  return {
      .id = "Q20",
      .title = "Can I reproduce a schedule from a seed, and test mine?",
      .keywords = "deterministic replay reproducible seed hash simulation testing madsim turmoil",
      .hypothesis =
          "In virtual time a run is a function of its seed, to the last event; on "
          "threads it is not.",
      .experiment = fmt::format(
          "{} seeds in a quick look, each run twice, of requests on {} workers with the reference "
          "costs: all our schedulers, sharded_loops and shared_queue among them; a tree with two "
          "orders of simultaneous events; {} jobs on {} real threads.",
          kSeeds, kWorkers, stated(kRealJobs, Unit::count), kReal),
      .metric = "A hash of all events of a run, and all that was measured.",
      .rule =
          "Both runs of a seed have the same hash and the same numbers, no two seeds the "
          "same hash; another order of ties has another hash, and the answer is right.",
      .background = "",
      .sources = {"python-trio/trio#890", "python-trio/trio#2022", "python-trio/pytest-trio#73",
                  "risingwavelabs/risingwave#2477", "apache/iggy#3671", "tokio-rs/turmoil#123"},
      .vary =
          "loopsteal run --machine sim --workers 8 --scheduler work_stealing --workload "
          "skynet --seed 7 --shuffle-ties 3 --format json",
      .metrics = {"stolen_jobs", "makespan"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
