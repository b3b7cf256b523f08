// Names in a scripted program.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sched/core/config/spec.hpp"
#include "workloads/script/program.hpp"

namespace loopsteal::script {

/// Names of one kind, numbered in the order of their first use.
class Names {
 public:
  NameId number_of(const std::string& name) {
    const auto [place, is_new] = numbers_.emplace(name, static_cast<NameId>(names_.size()));
    if (is_new) names_.push_back(name);
    return place->second;
  }
  [[nodiscard]] std::optional<NameId> find(const std::string& name) const {
    const auto place = numbers_.find(name);
    return place == numbers_.end() ? std::nullopt : std::optional(place->second);
  }
  [[nodiscard]] std::string hint(std::string_view word) const {
    return did_you_mean(word, std::vector<std::string_view>(names_.begin(), names_.end()));
  }
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] std::vector<std::string> take() { return std::move(names_); }

 private:
  std::unordered_map<std::string, NameId> numbers_;
  std::vector<std::string> names_;
};

}  // namespace loopsteal::script
