#include "bench/report/source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "bench/measure/json_read.hpp"

namespace loopsteal {
namespace {

template <class T>
struct ValueOf {
  using Type = T;
};
template <class T>
struct ValueOf<std::optional<T>> {
  using Type = T;
};

// A field of a row, or `otherwise` if it is missing or null.
template <class T>
T field(const Json& json, const std::string& name, std::optional<T> otherwise = std::nullopt) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) {
    if (!otherwise) throw SpecError(fmt::format("the row has no field \"{}\"", name));
    return *std::move(otherwise);
  }
  auto value = read_as<typename ValueOf<T>::Type>(*found);
  if (!value) throw SpecError(fmt::format("the field \"{}\" is of the wrong kind", name));
  return *std::move(value);
}

PeerRow peer_row_of(const Json& json) {
  PeerRow row;
  row.work = field<std::string>(json, "work");
  row.operation = field<std::string>(json, "operation", "");
  row.peer = field<std::string>(json, "peer");
  row.workers = field<std::uint32_t>(json, "workers");
  row.round = field<std::int64_t>(json, "round", 0);
  row.ns_per_op = field<std::optional<double>>(json, "ns_per_op", std::optional<double>());
  row.at_most = field<std::optional<double>>(json, "at_most", std::optional<double>());
  row.never_ends = field<std::string>(json, "peer_never_ends", "");
  row.other_peer = field<std::string>(json, "other_peer", "");
  if (field<bool>(json, "error_occurred", false))
    row.error = field<std::string>(json, "error_message", "it failed");
  return row;
}

void read_peers(ReportSource& source, const std::string& path) {
  source.kind = ReportSource::Kind::peers;
  for (const Json& json : source.raw) {
    try {
      source.peers.push_back(peer_row_of(json));
    } catch (const SpecError& error) {
      throw ResultsError(
          fmt::format("{}: row {}: {}.", path, source.peers.size() + 1, error.what()));
    }
  }
}

}  // namespace

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

bool looks_like_a_timeline(const JsonFile& file) {
  std::string head = file.text.substr(0, 256);
  std::erase_if(head, [](unsigned char c) { return std::isspace(c) != 0; });
  return head.starts_with("{\"traceEvents\":");
}

ReportSource read_report_source(const JsonFile& file) {
  const std::string& path = file.path;
  RawResults results = raw_results_of(file);
  ReportSource source{.file = file_name(path)};
  source.context = std::move(results.context);
  source.raw = std::move(results.rows);
  source.flaw = std::move(results.flaw);
  if (results.of_checks) {
    source.kind = ReportSource::Kind::checks;
    return source;
  }
  const auto of_peer = [](const Json& row) { return row.is_object() && row.contains("peer"); };
  if (!source.raw.empty() && std::ranges::all_of(source.raw, of_peer)) {
    read_peers(source, path);
    return source;
  }
  for (const Json& row : source.raw) {
    source.rows.push_back(read_row(row, path, source.rows.size()));
  }
  if (source.rows.empty()) throw ResultsError(fmt::format("{} holds no rows.", path));
  return source;
}

}  // namespace loopsteal
