#include "sched/machine/sim/watchdog.hpp"

#include <map>

#include "sched/core/config/knobs.hpp"
#include "sched/machine/sim/sim_invariants.hpp"

namespace loopsteal {
namespace {

using State = VirtualCpu::State;

std::string moment(TimePoint t) { return print_duration(t.time_since_epoch()); }

std::string number(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string verb_of(State state) {
  switch (state) {
    case State::stepping:
      return "looks for work";
    case State::beginning:
      return "is about to begin a job";
    case State::computing:
      return "computes a job";
    case State::parked:
      return "sleeps";
    case State::waking:
      return "wakes up";
    case State::gone:
      return "has left the run";
  }
  return "";
}

std::string sentence_of(std::size_t worker, const WorkerDoing& doing) {
  std::string text = "worker " + std::to_string(worker) + " " + verb_of(doing.state);
  if (doing.until != kForever) {
    text += doing.state == State::stepping ? ", next at " : " until ";
    text += moment(doing.until);
  } else if (doing.state == State::parked) {
    text += " until it is woken";
  }
  return text + "; " + number(doing.queued, "job") + " in its queue.";
}

/// Counts of the other workers by activity: "9,984 more workers: 9,980 of them look for work, …".
std::string rest_of(std::span<const WorkerDoing> workers) {
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t queued = 0;
  for (const WorkerDoing& doing : workers) {
    ++counts[verb_of(doing.state)];
    queued += doing.queued;
  }
  std::string text = number(workers.size(), "more worker") + ", with " + number(queued, "job") +
                     " in their queues:";
  for (const auto& [verb, count] : counts) {
    text += (text.back() == ':' ? " " : ", ") + std::to_string(count) + " of which each " + verb;
  }
  return text + ".";
}

std::string heading_of(const Watchdog::Sight& sight, const Watchdog::Sight& last,
                       std::uint64_t quiet_events) {
  std::string text = "The simulation makes no progress: ";
  text += sight.now == last.now
              ? "at " + moment(sight.now) + " of virtual time " + number(quiet_events, "event") +
                    " came after each other"
              : "from " + moment(last.now) + " to " + moment(sight.now) + " of virtual time";
  return text + ", and no job began, although " + number(sight.ready, "job") +
         " could have. Thieves moved jobs " + number(sight.moved - last.moved, "time") +
         ". The scheduler or its settings are at fault: make steals cheaper than the jobs that "
         "they bring, let thieves take less (steal=one), or let workers sleep (park=on).";
}

}  // namespace

double Watchdog::longest_search(const LongestSearch& search, CostModel costs) {
  double dearest_ns = 1;
  for (const CostEntry& entry : cost_entries())
    dearest_ns += static_cast<double>(entry.of(costs).count());
  return static_cast<double>(search.looks) * dearest_ns + static_cast<double>(search.waits.count());
}

Watchdog::Verdict Watchdog::look(const Sight& sight, const LongestSearch& search,
                                 const CostModel& costs) {
  left_ = interval_;
  const bool progress = sight.progress != latest_.progress;
  const bool time_passed = sight.now != latest_.now;
  quiet_events_ = progress || time_passed ? 0 : quiet_events_ + interval_;
  latest_ = sight;
  const double looks = static_cast<double>(search.looks) * static_cast<double>(workers_);
  if (static_cast<double>(quiet_events_) > kSearches * looks) return Verdict::no_progress;
  const bool idle = sight.ready == 0 && !sight.job_under_way && !progress;
  if (idle && !sight.something_to_come) return Verdict::waits_for_ever;
  if (progress || sight.job_under_way || idle) {
    explained_ = sight;
    return Verdict::fine;
  }
  const auto passed_ns = static_cast<double>((sight.now - explained_.now).count());
  const bool moved_too_often = (sight.moved - explained_.moved) / kMoves > sight.ready;
  const bool searched_too_long = passed_ns > kSearches * longest_search(search, costs);
  return moved_too_often || searched_too_long ? Verdict::no_progress : Verdict::fine;
}

std::string Watchdog::complaint(Verdict verdict, const Sight& sight,
                                std::span<const WorkerDoing> workers) const {
  std::string text = verdict == Verdict::waits_for_ever
                         ? std::string(SimError::kStuck) + "."
                         : heading_of(sight, explained_, quiet_events_);
  const std::size_t named = std::min(workers.size(), kSentences);
  for (std::size_t w = 0; w < named; ++w) text += "\n  " + sentence_of(w, workers[w]);
  if (named < workers.size()) text += "\n  " + rest_of(workers.subspan(named));
  return text;
}

}  // namespace loopsteal
