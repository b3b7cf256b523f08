#include "bench/sweep/planned_point.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/json_read.hpp"
#include "build_info.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

// FNV-1a (Fowler, Noll, Vo).
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char letter : text)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  return hash;
}

std::string hash_of_file(const std::string& path) {
  const TextFile file = read_text_file(path);
  if (!file.error.empty()) throw SpecError(fmt::format("Cannot read {}: {}.", path, file.error));
  return fmt::format("{:016x}", hash_of(file.text));
}

// Traces and graphs: whatever setting is the name of a file.
Json files_of(const Spec& workload) {
  Json files = Json::object();
  for (const auto& [key, value] : workload.settings) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(value, ignored)) files[value] = hash_of_file(value);
  }
  return files;
}

template <class Value>
Value get(const Json& json, const char* field) {
  std::optional<Value> value = read_field<Value>(json, field);
  if (!value)
    throw SpecError(
        fmt::format("the field \"{}\" is missing, of the wrong kind or out of range", field));
  return *std::move(value);
}

template <class Value>
Value word(const Json& json, const char* field, std::initializer_list<Value> values) {
  const auto text = get<std::string>(json, field);
  for (const Value value : values) {
    if (to_string(value) == text) return value;
  }
  throw SpecError(fmt::format("the field \"{}\" cannot be \"{}\"", field, text));
}

Json search_json(const SloSearch& search) {
  return {{"slo", to_string(search.slo)},
          {"load_low", search.load_low},
          {"load_high", search.load_high},
          {"width", search.width}};
}

SloSearch search_from_json(const Json& json) {
  SloSearch search;
  search.slo = parse_slo(get<std::string>(json, "slo"));
  search.load_low = get<double>(json, "load_low");
  search.load_high = get<double>(json, "load_high");
  search.width = get<double>(json, "width");
  check(search);
  return search;
}

}  // namespace

Json to_json(const PlannedPoint& planned) {
  const Point& point = planned.point;
  Json json{{"scheduler", to_string(point.scheduler)},
            {"workload", to_string(point.workload)},
            {"machine", point.machine},
            {"workers", point.workers},
            {"seed", point.seed},
            {"repetitions", planned.repetitions},
            {"repetition_index", planned.repetition_index},
            {"size", to_string(point.size)},
            {"observe", to_string(point.observe)}};
  if (!point.preset.empty()) json["preset"] = point.preset;
  if (point.is_virtual()) {
    json["costs"] = point.costs.name;
    json["cpus"] = point.cpus;
    json["shuffle_ties"] = point.shuffle_ties;
    json["precision"] = point.precision;
    json["requests"] = point.requests;
    // Only where they say something, so that a point keeps its id.
    if (point.terminating) json["terminating"] = true;
    if (point.warm_up != WarmUpChoice{}) json["warmup"] = to_string(point.warm_up);
  }
  if (planned.search) json["search"] = search_json(*planned.search);
  const Json files = files_of(point.workload);
  if (!files.empty()) json["files"] = files;
  return json;
}

PlannedPoint planned_point_from_json(const Json& json) {
  if (!json.is_object()) throw SpecError("a point is an object");
  // Field by field: g++ 12 destroys members that are not made yet if one of a braced list throws.
  PlannedPoint planned;
  Point& point = planned.point;
  point.scheduler = parse_spec(get<std::string>(json, "scheduler"));
  point.workload = parse_spec(get<std::string>(json, "workload"));
  point.machine = get<std::string>(json, "machine");
  point.workers = get<std::uint32_t>(json, "workers");
  point.seed = get<std::uint64_t>(json, "seed");
  point.size = word(json, "size", {Size::small, Size::full});
  point.observe = word(json, "observe", {Observe::off, Observe::delays});
  planned.repetitions = get<std::uint32_t>(json, "repetitions");
  planned.repetition_index = get<std::uint32_t>(json, "repetition_index");
  if (planned.point.is_virtual()) {
    planned.point.costs =
        parse_costs(get<std::string>(json, "costs")).for_scheduler(planned.point.scheduler.name);
    planned.point.cpus = get<std::uint32_t>(json, "cpus");
    planned.point.shuffle_ties = get<std::uint64_t>(json, "shuffle_ties");
    planned.point.precision = get<double>(json, "precision");
    planned.point.requests = get<std::uint64_t>(json, "requests");
    planned.point.repetitions = planned.repetitions;
    if (json.contains("terminating")) planned.point.terminating = get<bool>(json, "terminating");
    if (json.contains("warmup"))
      planned.point.warm_up = parse_warm_up(get<std::string>(json, "warmup"));
  }
  if (json.contains("search") && !json["search"].is_object())
    throw SpecError("the field \"search\" is no object");
  if (json.contains("preset")) planned.point.preset = get<std::string>(json, "preset");
  if (json.contains("search")) planned.search = search_from_json(json["search"]);
  return planned;
}

std::string id_of(const Json& content, std::string_view program) {
  return fmt::format("{:016x}", hash_of(fmt::format("{}\n{}", program, to_line(content))));
}

std::string program_version() {
  return fmt::format("loopsteal {} ({}{})", build_info::kVersion, build_info::kCommit,
                     build_info::kDirty ? ", changed" : "");
}

}  // namespace loopsteal
