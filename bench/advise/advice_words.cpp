#include "bench/advise/advice_words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/measure/numbers.hpp"
#include "bench/measure/preset_note.hpp"

namespace loopsteal {
namespace {

std::vector<std::string> ties_of(const Advice& advice) {
  std::vector<std::string> ties;
  for (const Advised& advised : advice.schedulers) {
    if (advised.outcome == Outcome::tied) ties.push_back(advised.scheduler);
  }
  return ties;
}

std::string undecided_words(const Advice& advice) {
  std::vector<std::string> words;
  for (const Candidate& candidate : advice.undecided) words.push_back(candidate_words(candidate));
  return fmt::format("{}", fmt::join(words, ", "));
}

// The objectives that are broken as far as the means tell.
std::string broken_words(const Evidence& evidence, const AdviceQuestion& question) {
  std::vector<std::string> broken;
  for (std::size_t i = 0; i < evidence.readings.size(); ++i) {
    if (evidence.excess(i).mean > 0) {
      broken.push_back(to_string(question.simulation.objectives[i]));
    }
  }
  return fmt::format("{}", fmt::join(broken, ", "));
}

std::string none_will_do(const Advised& advised, const AdviceQuestion& question) {
  if (advised.workers == 0) {
    return fmt::format("overloaded: {:.3g} workers' work arrives",
                       question.demand.busy_workers().value_or(0));
  }
  return fmt::format("{} break{} {}", counted(advised.workers, "worker"),
                     advised.workers == 1 ? "s" : "", broken_words(advised.evidence, question));
}

std::string traffic_words(const AdviceQuestion& question, const AdviceTitle& title) {
  switch (question.demand.kind()) {
    case DemandKind::steady:
      return fmt::format(
          "The traffic stays the same for any number of workers: a load in the workload is that of "
          "{} (--workers). Requests are independent of each other and of how long they "
          "wait; nobody gives up, and queues have no end.",
          counted(title.reference_workers, "worker"));
    case DemandKind::replayed:
      return "The trace comes as it is, each time: intervals span the scheduler's own draws, not "
             "other days' traffic; for that, see what becomes of the choice on other traces. Its "
             "whole length counts, from an empty system on.";
    case DemandKind::ending:
      return question.demand.busy_workers()
                 ? fmt::format(
                       "The traffic stays the same for any number of workers: a load in the "
                       "workload is that of {} (--workers). The whole run counts.",
                       counted(title.reference_workers, "worker"))
                 : "The whole run counts, from its first task to its last.";
  }
  return {};
}

}  // namespace

std::string number_of(const Objective& objective, double value) {
  if (objective.metric == Metric::throughput) return human_count(value) + "/s";
  return human_time(value);
}

std::string interval_words(const Objective& objective, const Estimate& estimate) {
  if (!std::isfinite(estimate.high)) return {};
  // What is narrower is the rounding of a sum.
  if (estimate.high - estimate.low <= 1e-9 * std::abs(estimate.value)) return "the same each time";
  return fmt::format("{} to {}", number_of(objective, std::max(0.0, estimate.low)),
                     number_of(objective, estimate.high));
}

std::string value_words(const Objective& objective, const Estimate& estimate) {
  const double off = std::max(estimate.high - estimate.value, estimate.value - estimate.low);
  // A trace on a scheduler that draws nothing is the same each time.
  if (!std::isfinite(off) || off < 0.0005 * estimate.value)
    return number_of(objective, estimate.value);
  if (off > estimate.value) {
    return fmt::format("{} ({})", number_of(objective, estimate.value),
                       interval_words(objective, estimate));
  }
  return fmt::format("{} ± {}", number_of(objective, estimate.value),
                     human_share(off / estimate.value));
}

std::string percent(double share) {
  // Less than one request in a thousand million is the rounding of a sum.
  return share < 1e-9 ? "0 %" : fmt::format("{:.3g} %", share * 100);
}

std::optional<Interval> late_share(const Objective& objective, const Interval& excess) {
  if (!objective.is_quantile()) return std::nullopt;
  Interval late = excess;
  late.mean += allowed_late(objective);
  return late;
}

std::string candidate_words(const Candidate& candidate) {
  return fmt::format("{} on {}", candidate.scheduler, counted(candidate.workers, "worker"));
}

std::string_view words_of(Standing standing) {
  switch (standing) {
    case Standing::kept:
      return "keeps all";
    case Standing::broken:
      return "does not";
    case Standing::open:
      return "too near to tell";
  }
  return {};
}

std::string fate_words(const Advised& advised, const AdviceQuestion& question) {
  if (!advised.evidence.error.empty()) return "fails: " + advised.evidence.error;
  if (!advised.least.workers && advised.workers > 0 && advised.outcome != Outcome::breaks) {
    return fmt::format("{} worker{} too near to a limit to tell", advised.workers,
                       advised.workers == 1 ? " is" : "s are");
  }
  if (!advised.least.workers) return none_will_do(advised, question);
  const std::string odd =
      advised.least.monotone ? "" : "; one worker more breaks an objective, which is odd";
  if (!advised.outcome) return "costs more" + odd;
  return std::string(to_string(*advised.outcome)) + odd;
}

std::string verdict_of(const Advice& advice, const AdviceQuestion& question) {
  if (advice.choice) {
    const std::vector<std::string> ties = ties_of(advice);
    const std::string also =
        ties.empty() ? "" : fmt::format(" As good: {}.", fmt::join(ties, ", "));
    const std::string perhaps =
        advice.undecided.empty()
            ? ""
            : fmt::format(" Too near to a limit to tell: {}.", undecided_words(advice));
    return fmt::format("Take {}.{}{}", candidate_words(*advice.choice), also, perhaps);
  }
  if (!advice.undecided.empty()) {
    return fmt::format(
        "Not decided: too near to a limit to tell are {}. Move the limit, or allow "
        "more workers.",
        undecided_words(advice));
  }
  return fmt::format(
      "None will do: no scheduler keeps the objectives on up to {} workers (--max-workers).",
      question.workers_max);
}

std::string check_sentence(const Advice& advice) {
  const AdviceCheck& check = *advice.check;
  const std::string choice =
      check.choice_standing == Standing::kept
          ? "The choice holds"
          : fmt::format("CHECK FAILED: the choice {}", check.choice_standing == Standing::open
                                                           ? "is too near to a limit to tell"
                                                           : "does not hold");
  if (!check.fewer) return choice + "; there is no fewer than one worker.";
  if (check.fewer_overloaded || check.fewer_standing == Standing::broken) {
    return choice + ", and one worker fewer does not.";
  }
  const bool holds = check.choice_standing == Standing::kept;
  return fmt::format(
      "{}{}, {} one worker fewer {}.", holds ? "CHECK FAILED: " : "",
      holds ? "the choice holds" : choice, holds ? "but" : "and",
      check.fewer_standing == Standing::open ? "may, too: it is too near to tell" : "does, too");
}

std::vector<std::string> assumptions_of(const Advice& advice, const AdviceQuestion& question,
                                        const AdviceTitle& title) {
  std::vector<std::string> sentences;
  sentences.push_back(
      fmt::format("Virtual time: each worker has a CPU to itself, and operations cost what {} says "
                  "(docs/simulator.md has what that leaves out).",
                  question.simulation.costs.name));
  sentences.push_back(traffic_words(question, title));
  if (advice.requests > 0) {
    sentences.push_back(fmt::format(
        "A replication is {} requests, those at its beginning left out; replication k of each "
        "candidate with as many workers has the seed {} + k, so they meet the same requests.",
        advice.requests, question.simulation.seed));
  }
  if (std::ranges::any_of(question.simulation.objectives, &Objective::is_quantile)) {
    sentences.emplace_back(
        "A quantile is that of the requests of all replications. It is kept where the share of "
        "late ones is shown to be no more than allowed.");
  }
  sentences.push_back(fmt::format(
      "Cost is workers; among as many, {}, where it differs by more "
      "than {}; a tie goes to whoever was named first. All verdicts of the search hold together at "
      "{}.",
      to_string(question.simulation.objectives.front().metric),
      human_share(question.rule.tie_break.indifference), human_share(question.rule.confidence)));
  for (const Advised& advised : advice.schedulers) {
    const Spec asked = parse_spec(advised.scheduler);
    if (const auto note = preset_note(asked.name, preset_of(asked))) sentences.push_back(*note);
  }
  for (const std::string& left_out : advice.not_varied) {
    sentences.push_back(fmt::format("Not varied: {}.", left_out));
  }
  if (!advice.trustworthy) {
    sentences.emplace_back(
        "Near full load a queue forgets slowly: the choice's runs are too short for their "
        "intervals to be believed. Take more requests (count=).");
  }
  return sentences;
}

}  // namespace loopsteal
