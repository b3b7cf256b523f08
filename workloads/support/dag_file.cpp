#include "workloads/support/dag_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"
#include "workloads/support/json_depth.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

using Json = nlohmann::json;

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Reads one file: keeps its name, for errors.
class Reader {
 public:
  explicit Reader(const std::string& source) : source_(source) {}

  Dag read(std::string_view text) {
    const Json file = parse(text);
    if (!file.is_object()) refuse("a graph is an object as in {\"jobs\": [...]}.");
    reject_unknown(file, kOfFile, "The graph");
    const auto jobs = file.find("jobs");
    if (jobs == file.end() || !jobs->is_array()) refuse("there is no list \"jobs\".");
    for (const Json& job : *jobs) read_job(job);
    place_names(*jobs);
    return Dag(std::move(jobs_), source_);
  }

 private:
  static constexpr std::array<std::string_view, 2> kOfFile = {"jobs", "comment"};
  static constexpr std::array<std::string_view, 3> kOfJob = {"name", "time", "after"};

  [[noreturn]] void refuse(const std::string& sentence) const {
    throw SpecError(source_ + ": " + sentence);
  }

  Json parse(std::string_view text) const {
    if (const std::string deep = too_deep(text); !deep.empty()) refuse(deep);
    try {
      return Json::parse(text);
    } catch (const Json::exception& error) {
      // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
      std::string_view what = error.what();
      if (const std::size_t bracket = what.find("] "); bracket != std::string_view::npos)
        what.remove_prefix(bracket + 2);
      refuse(
          "this is not JSON, in which graphs are written as in {\"jobs\": [{\"name\": \"a\", "
          "\"time\": \"3us\", \"after\": []}]}: " +
          std::string(what) + ".");
    }
  }

  void reject_unknown(const Json& object, std::span<const std::string_view> known,
                      const std::string& owner) const {
    for (const auto& [key, value] : object.items()) {
      if (std::ranges::find(known, key) == known.end())
        refuse(owner + " has no " + in_quotes(key) + "." + did_you_mean(key, known));
    }
  }

  void read_job(const Json& job) {
    const std::string place = "job " + std::to_string(jobs_.size() + 1);
    if (!job.is_object()) refuse(place + " is not an object as in {\"name\": ..., \"time\": ...}.");
    const auto name = job.find("name");
    if (name == job.end() || !name->is_string()) refuse(place + " has no text \"name\".");
    const auto& text = name->get_ref<const std::string&>();
    const std::string owner = "job " + in_quotes(text);
    reject_unknown(job, kOfJob, owner);
    const bool is_new = places_.emplace(text, static_cast<Dag::Place>(jobs_.size())).second;
    if (!is_new) refuse("there are two jobs " + in_quotes(text) + "; give each a name of its own.");
    const auto time = job.find("time");
    if (time == job.end()) refuse(owner + " has no \"time\".");
    jobs_.push_back({text, time_of(*time, owner), {}});
  }

  Duration time_of(const Json& time, const std::string& owner) const {
    try {
      if (time.is_string()) return parse_duration(time.get_ref<const std::string&>());
    } catch (const SpecError& error) {
      refuse(owner + ": " + error.what());
    }
    if (!time.is_number())
      refuse(owner + ": its time is neither a text as \"3us\" nor a number of nanoseconds.");
    constexpr double kMostNs = 4e18;
    const double ns = time.get<double>();
    if (!(ns >= 0)) refuse(owner + ": its time is " + time.dump() + "; no time is negative.");
    if (ns > kMostNs) refuse(owner + ": its time is more than 120 years.");
    return time.is_number_integer() ? Duration(time.get<std::int64_t>())
                                    : Duration(std::llround(ns));
  }

  // Looked up last, since a job may be named before its own entry.
  void place_names(const Json& jobs) {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const auto after = jobs[i].find("after");
      if (after == jobs[i].end()) continue;
      const std::string owner = "job " + in_quotes(jobs_[i].name);
      if (!after->is_array()) refuse(owner + ": \"after\" is not a list of names.");
      for (const Json& name : *after) jobs_[i].before.push_back(place_of(name, owner));
    }
  }

  Dag::Place place_of(const Json& name, const std::string& owner) const {
    if (!name.is_string()) refuse(owner + ": \"after\" holds " + name.dump() + ", not a name.");
    const auto& text = name.get_ref<const std::string&>();
    const auto found = places_.find(text);
    if (found != places_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const DagJob& job : jobs_) names.emplace_back(job.name);
    constexpr std::size_t kMostToCompare = 1000;
    if (names.size() > kMostToCompare) names.resize(kMostToCompare);
    refuse(owner + " waits for " + in_quotes(text) + ", which is no job." +
           did_you_mean(text, names));
  }

  const std::string& source_;
  std::vector<DagJob> jobs_;
  std::unordered_map<std::string, Dag::Place> places_;
};

}  // namespace

Dag read_dag(std::string_view text, const std::string& name) { return Reader(name).read(text); }

Dag read_dag_file(const std::string& path) {
  const TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw SpecError("The graph \"" + path + "\" cannot be read: " + file.error + ".");
  return read_dag(file.text, path);
}

}  // namespace loopsteal
