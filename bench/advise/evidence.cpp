#include "bench/advise/evidence.hpp"

#include <algorithm>
#include <functional>

namespace loopsteal {
namespace {

std::vector<double> column(const std::vector<Reading>& readings, double Reading::*member) {
  std::vector<double> values;
  values.reserve(readings.size());
  for (const Reading& reading : readings) values.push_back(reading.*member);
  return values;
}

}  // namespace

std::uint32_t Evidence::replications() const {
  return readings.empty() ? 0 : static_cast<std::uint32_t>(readings.front().size());
}

Estimate Evidence::estimate(std::size_t objective, const Objective& of) const {
  const std::vector<double> read = values(objective);
  const bool one_and_the_same =
      std::ranges::adjacent_find(read, std::not_equal_to<>()) == read.end();
  // Runs without chance in them, as of a trace: there is one value, and it is exact.
  if (one_and_the_same && !read.empty()) return Estimate::exact(read.front());
  if (of.is_quantile()) return pooled_quantile(sojourns, allowed_late(of));
  return t_interval(read);
}

Interval Evidence::excess(std::size_t objective, double confidence) const {
  return t_interval(column(readings.at(objective), &Reading::excess), confidence);
}

std::vector<double> Evidence::values(std::size_t objective) const {
  return column(readings.at(objective), &Reading::value);
}

Standing Evidence::standing(double confidence) const {
  if (!error.empty()) return Standing::broken;
  if (replications() < 2) return Standing::open;
  bool all_kept = true;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const Interval interval = excess(i, confidence);
    if (interval.low() > 0) return Standing::broken;
    all_kept = all_kept && interval.high() <= 0;
  }
  return all_kept ? Standing::kept : Standing::open;
}

bool Evidence::seems_kept() const {
  if (!error.empty() || replications() == 0) return false;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (excess(i).mean > 0) return false;
  }
  return true;
}

void Evidence::append(const Evidence& more) {
  if (error.empty()) error = more.error;
  sojourns.insert(sojourns.end(), more.sojourns.begin(), more.sojourns.end());
  readings.resize(std::max(readings.size(), more.readings.size()));
  for (std::size_t i = 0; i < more.readings.size(); ++i) {
    readings[i].insert(readings[i].end(), more.readings[i].begin(), more.readings[i].end());
  }
}

const Evidence& Trials::grow(const Candidate& candidate, std::uint32_t replications) {
  Evidence& evidence = evidence_[candidate];
  const std::uint32_t there = evidence.replications();
  if (there < replications && evidence.error.empty()) {
    evidence.append(measure_(candidate, there, replications - there));
  }
  return evidence;
}

const Evidence* Trials::find(const Candidate& candidate) const {
  const auto found = evidence_.find(candidate);
  return found == evidence_.end() ? nullptr : &found->second;
}

std::uint64_t Trials::replications() const {
  std::uint64_t sum = 0;
  for (const auto& [candidate, evidence] : evidence_) sum += evidence.replications();
  return sum;
}

}  // namespace loopsteal
