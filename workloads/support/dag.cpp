#include "workloads/support/dag.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

constexpr std::size_t kMostJobs = std::size_t{1} << 31;
constexpr std::int64_t kLongestNs = std::int64_t{1} << 62;

Duration sum_of_times(std::span<const DagJob> jobs, const std::string& source) {
  std::int64_t total = 0;
  for (const DagJob& job : jobs) {
    const std::int64_t time = job.time.count();
    if (time < 0) {
      throw SpecError(source + ": job \"" + job.name + "\" takes " + std::to_string(time) +
                      " ns; a time is 0 or more.");
    }
    if (time > kLongestNs - total)
      throw SpecError(source + ": the jobs take more than 146 years together.");
    total += time;
  }
  return Duration(total);
}

}  // namespace

Dag::Dag(std::vector<DagJob> jobs, const std::string& source) : jobs_(std::move(jobs)) {
  if (jobs_.empty()) throw SpecError(source + ": there are no jobs.");
  if (jobs_.size() > kMostJobs) throw SpecError(source + ": there are more than 2^31 jobs.");
  total_ = sum_of_times(jobs_, source);
  link();
  walk(source);
}

Dag Dag::wavefront(std::uint32_t side, Duration time) {
  std::vector<DagJob> jobs;
  jobs.reserve(std::size_t{side} * side);
  for (std::uint32_t row = 0; row < side; ++row) {
    for (std::uint32_t column = 0; column < side; ++column) {
      DagJob job{std::to_string(row) + "." + std::to_string(column), time, {}};
      const Place place = row * side + column;
      if (row > 0) job.before.push_back(place - side);
      if (column > 0) job.before.push_back(place - 1);
      jobs.push_back(std::move(job));
    }
  }
  return Dag(std::move(jobs), "The wavefront");
}

// Inverts "before". A counting sort, so that each part is in the order of the list.
void Dag::link() {
  first_after_.assign(jobs_.size() + 1, 0);
  for (const DagJob& job : jobs_) {
    for (const Place earlier : job.before) ++first_after_[earlier + 1];
  }
  for (std::size_t i = 1; i < first_after_.size(); ++i) first_after_[i] += first_after_[i - 1];
  after_.resize(first_after_.back());
  std::vector<std::size_t> next(first_after_.begin(), first_after_.end() - 1);
  for (std::size_t place = 0; place < jobs_.size(); ++place) {
    for (const Place earlier : jobs_[place].before)
      after_[next[earlier]++] = static_cast<Place>(place);
  }
}

// Processes all jobs in an order that their precedence allows; jobs that remain are on a cycle or
// behind one.
void Dag::walk(const std::string& source) {
  std::vector<std::uint32_t> waits_for(jobs_.size());
  std::vector<Duration> ready_at(jobs_.size());
  std::vector<Place> ready;
  for (std::size_t place = 0; place < jobs_.size(); ++place) {
    waits_for[place] = static_cast<std::uint32_t>(jobs_[place].before.size());
    if (waits_for[place] == 0) ready.push_back(static_cast<Place>(place));
  }
  std::size_t done = 0;
  for (; done < ready.size(); ++done) {
    const Place place = ready[done];
    const Duration end = ready_at[place] + jobs_[place].time;
    critical_path_ = std::max(critical_path_, end);
    for (const Place later : after(place)) {
      ready_at[later] = std::max(ready_at[later], end);
      if (--waits_for[later] == 0) ready.push_back(later);
    }
  }
  if (done == jobs_.size()) return;
  throw SpecError(source + ": " + cycle_among(waits_for) +
                  " is a cycle: each of these jobs waits for the one before it. Take one of the "
                  "waits out.");
}

// Every remaining job waits for another remaining job, so following these links comes back to a job
// already seen.
std::string Dag::cycle_among(const std::vector<std::uint32_t>& waits_for) const {
  const auto stuck = [&](Place place) { return waits_for[place] > 0; };
  std::vector<Place> path;
  std::vector<bool> seen(jobs_.size());
  Place place = 0;
  while (!stuck(place)) ++place;
  while (!seen[place]) {
    seen[place] = true;
    path.push_back(place);
    place = *std::ranges::find_if(jobs_[place].before, stuck);
  }
  path.erase(path.begin(), std::ranges::find(path, place));
  std::ranges::reverse(path);  // So far each job is followed by one that it waits for.
  constexpr std::size_t kMostNamed = 20;
  std::string names = jobs_[path.back()].name;
  for (std::size_t i = 0; i < std::min(path.size(), kMostNamed); ++i)
    names += " -> " + jobs_[path[i]].name;
  if (path.size() > kMostNamed)
    names += " -> (" + std::to_string(path.size() - kMostNamed) + " more)";
  return names;
}

}  // namespace loopsteal
