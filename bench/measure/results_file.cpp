#include "bench/measure/results_file.hpp"

#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/row_json.hpp"
#include "workloads/support/json_depth.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

std::string schema_of(const Json& context) {
  const bool named = context.is_object() && context.contains("schema");
  return named && context["schema"].is_string() ? context["schema"].get<std::string>() : "";
}

void check_schema(const Json& context, const std::string& path) {
  const std::string schema = schema_of(context);
  if (schema == kSchemaName) return;
  throw ResultsError(fmt::format("{} is not a results file of the schema {}: {}.", path,
                                 kSchemaName,
                                 schema.empty() ? "it names none" : "it is of " + schema));
}

// A whole file in Google Benchmark's shape, or the checks of a validation.
RawResults from_document(Json document, const std::string& path) {
  RawResults results;
  results.context = document.value("context", Json::object());
  results.of_checks = !document.contains("benchmarks");
  Json& rows = document[results.of_checks ? "checks" : "benchmarks"];
  if (!results.of_checks) check_schema(results.context, path);
  if (results.of_checks && (schema_of(results.context) != kSchemaName || !rows.is_array()))
    throw ResultsError(fmt::format("{} has checks, but not those of scripts/validate.", path));
  for (Json& row : rows) results.rows.push_back(std::move(row));
  return results;
}

// What a line holds besides JSON: the frame of the json format around context and rows.
std::string_view without_frame(std::string_view line) {
  constexpr std::string_view kContext = "\"context\": ";
  if (line.starts_with(kContext)) line.remove_prefix(kContext.size());
  while (!line.empty() && (line.back() == ',' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

bool is_frame(std::string_view line) {
  return line.empty() || line == "{" || line == "}" || line == "]" ||
         line.starts_with("\"benchmarks\"");
}

// Line by line: jsonl, or what is left of either format. Stops at the first line that is not whole.
RawResults from_lines(const std::string& text, const std::string& path) {
  RawResults results;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string_view content = without_frame(line);
    if (is_frame(content)) continue;
    const Json json = Json::parse(content, nullptr, false);
    if (json.is_discarded()) {
      results.flaw = fmt::format("{} is damaged or cut off in line {}.", path, number);
      break;
    }
    if (json.contains("context")) {
      results.context = json["context"];
    } else if (json.contains("schema")) {
      results.context = json;
    } else {
      results.rows.push_back(json);
    }
  }
  if (results.context.is_null()) {
    throw ResultsError(results.flaw.empty() ? fmt::format("{} holds no results.", path)
                                            : results.flaw + " Not a single row is whole.");
  }
  check_schema(results.context, path);
  return results;
}

}  // namespace

JsonFile read_json_file(const std::string& path) {
  TextFile file = read_text_file(path);
  if (!file.error.empty()) throw ResultsError(fmt::format("Cannot read {}: {}.", path, file.error));
  if (const std::string deep = too_deep(file.text); !deep.empty())
    throw SpecError(fmt::format("{}: {}", path, deep));
  return {path, std::move(file.text)};
}

RawResults raw_results_of(const JsonFile& file) {
  const auto& [path, text] = file;
  Json document = Json::parse(text, nullptr, false);
  if (document.is_object() && (document.contains("benchmarks") || document.contains("checks")))
    return from_document(std::move(document), path);
  RawResults results = from_lines(text, path);
  const bool of_lines = text.starts_with("{\"context\"");
  if (!of_lines && results.flaw.empty()) results.flaw = path + " has no end.";
  if (of_lines && !text.ends_with('\n') && results.flaw.empty()) {
    results.flaw = path + " may have lost its last rows: it does not end with a line.";
  }
  if (!results.flaw.empty() && results.rows.empty()) {
    throw ResultsError(results.flaw + " Not a single row is whole.");
  }
  return results;
}

Results read_results(const std::string& path) {
  RawResults raw = raw_results_of(read_json_file(path));
  if (raw.of_checks) {
    throw ResultsError(fmt::format(
        "{} holds checks of the simulator and no runs: see it with `loopsteal report`.", path));
  }
  Results results{.context = std::move(raw.context), .rows = {}, .flaw = std::move(raw.flaw)};
  for (const Json& row : raw.rows) {
    results.rows.push_back(read_row(row, path, results.rows.size()));
  }
  return results;
}

Row read_row(const Json& json, const std::string& path, std::size_t index) {
  try {
    return row_from_json(json);
  } catch (const SpecError& error) {
    throw ResultsError(fmt::format("{}: row {}: {}.", path, index + 1, error.what()));
  }
}

}  // namespace loopsteal
