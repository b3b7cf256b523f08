#include "bench/report/source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "bench/measure/results_file.hpp"
#include "bench/measure/row_json.hpp"

namespace loopsteal {
namespace {

// The checks of a validation, if the file is one: small, so it may be parsed on the chance.
std::optional<ReportSource> read_checks(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Json document = Json::parse(file, nullptr, false);
  if (!document.is_object() || !document.contains("checks") || document.contains("benchmarks"))
    return std::nullopt;
  ReportSource source{.file = file_name(path), .kind = ReportSource::Kind::checks};
  source.context = document.value("context", Json::object());
  const Json& checks = document["checks"];
  if (!source.context.is_object() || !source.context.contains("schema") ||
      source.context["schema"] != kSchemaName || !checks.is_array()) {
    throw ResultsError(fmt::format("{} has checks, but not those of scripts/validate.", path));
  }
  source.raw.assign(checks.begin(), checks.end());
  return source;
}

PeerRow peer_row_of(const Json& json) {
  PeerRow row{.work = json.at("work"),
              .operation = json.value("operation", ""),
              .peer = json.at("peer"),
              .workers = json.at("workers"),
              .round = json.value("round", std::int64_t{0})};
  const auto number = [&](const char* name) -> std::optional<double> {
    if (!json.contains(name) || json[name].is_null()) return std::nullopt;
    return json[name].get<double>();
  };
  row.ns_per_op = number("ns_per_op");
  row.at_most = number("at_most");
  row.never_ends = json.value("peer_never_ends", "");
  row.other_peer = json.value("other_peer", "");
  if (json.value("error_occurred", false)) row.error = json.value("error_message", "it failed");
  return row;
}

void read_peers(ReportSource& source, const std::string& path) {
  source.kind = ReportSource::Kind::peers;
  for (const Json& json : source.raw) {
    try {
      source.peers.push_back(peer_row_of(json));
    } catch (const Json::exception& error) {
      throw ResultsError(
          fmt::format("{}: row {}: {}.", path, source.peers.size() + 1, error.what()));
    }
  }
}

bool begins_with(const std::string& path, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  std::string head(256, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  std::erase_if(head, [](unsigned char c) { return std::isspace(c) != 0; });
  return head.starts_with(text);
}

}  // namespace

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

bool looks_like_a_timeline(const std::string& path) {
  return begins_with(path, "{\"traceEvents\":");
}

ReportSource read_report_source(const std::string& path) {
  if (begins_with(path, "{\"context\":")) {
    if (std::optional<ReportSource> checks = read_checks(path)) return std::move(*checks);
  }
  RawResults results = read_raw_results(path);
  ReportSource source{.file = file_name(path)};
  source.context = std::move(results.context);
  source.raw = std::move(results.rows);
  source.flaw = std::move(results.flaw);
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
