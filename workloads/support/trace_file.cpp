#include "workloads/support/trace_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <istream>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

#include "sched/core/random/samplers.hpp"
#include "workloads/support/text_file.hpp"
#include "workloads/support/timestamp.hpp"

namespace loopsteal {
namespace {

constexpr double kLongestSeconds = 1e9;  // Some 30 years; in nanoseconds far from overflow.

using Fields = std::vector<std::string_view>;

struct Format {
  TraceFormat format;
  std::array<std::string_view, 4> columns;  // Required columns; the rest is empty.
};
constexpr Format kFormats[] = {
    {TraceFormat::loopsteal, {"arrival_s", "service_s"}},
    {TraceFormat::azure_functions, {"app", "func", "end_timestamp", "duration"}},
    {TraceFormat::azure_llm, {"TIMESTAMP", "ContextTokens", "GeneratedTokens"}}};

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

void split(std::string_view line, Fields& fields) {
  fields.clear();
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    line.remove_prefix(comma + 1);
  }
}

// Reads one trace: keeps the place, for errors, and the header.
class Reader {
 public:
  Reader(const std::string& name, const TraceOptions& options) : name_(name), options_(options) {}

  std::vector<TraceRequest> read(std::istream& text) {
    std::vector<TraceRequest> requests;
    std::string line;
    while (std::getline(text, line)) {
      ++line_;
      if (trimmed(line).empty()) continue;
      if (columns_.empty()) {
        read_header(line);
      } else {
        requests.push_back(request_of(line));
      }
    }
    if (requests.empty()) {
      throw SpecError(name_ +
                      " has no requests. A trace is a line with the names of its columns, then a "
                      "line for each request.");
    }
    sort_and_scale(requests);
    return requests;
  }

 private:
  [[noreturn]] void refuse(const std::string& sentence) const {
    throw SpecError(name_ + ", line " + std::to_string(line_) + ": " + sentence);
  }

  void read_header(std::string_view line) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    split(line, fields_);
    columns_.assign(fields_.begin(), fields_.end());
    for (const Format& known : kFormats) {
      const bool asked_for = options_.format == known.format;
      if (!asked_for && options_.format != TraceFormat::by_header) continue;
      const std::string_view missing = first_missing(known);
      if (missing.empty()) return use(known);
      if (asked_for) refuse("the column \"" + std::string(missing) + "\" is missing.");
    }
    refuse(
        "these are not the columns of a trace. Known are arrival_s,service_s[,key]; "
        "app,func,end_timestamp,duration; and TIMESTAMP,ContextTokens,GeneratedTokens.");
  }

  [[nodiscard]] std::string_view first_missing(const Format& format) const {
    for (const std::string_view column : format.columns) {
      if (!column.empty() && !place_of(column)) return column;
    }
    return {};
  }

  void use(const Format& format) {
    format_ = format.format;
    for (std::size_t i = 0; i < format.columns.size(); ++i)
      places_[i] = place_of(format.columns[i]).value_or(0);
    key_place_ = place_of("key");
  }

  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view column) const {
    const auto found = std::ranges::find(columns_, column);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
  }

  TraceRequest request_of(std::string_view line) {
    split(line, fields_);
    if (fields_.size() != columns_.size()) {
      refuse("there are " + std::to_string(fields_.size()) + " fields where the first line names " +
             std::to_string(columns_.size()) + " columns.");
    }
    switch (format_) {
      case TraceFormat::azure_functions:
        return function_call();
      case TraceFormat::azure_llm:
        return inference();
      default:
        return recorded();
    }
  }

  // Arrivals of the three formats as in the file; sort_and_scale() follows.
  TraceRequest recorded() const {
    TraceRequest request{nanoseconds(seconds(0)), service_of(1, seconds(1)), kNoKey};
    if (key_place_) request.key = key(fields_[*key_place_]);
    return request;
  }

  TraceRequest function_call() {
    const double duration = seconds(3);
    const double arrival = seconds(2) - duration;
    const auto next = static_cast<AffinityKey>(functions_.size());
    const auto name = std::pair(std::string(field(0)), std::string(field(1)));
    const AffinityKey function = functions_.try_emplace(name, next).first->second;
    return {nanoseconds(arrival), service_of(3, duration), function};
  }

  TraceRequest inference() const {
    const std::optional<Duration> time = parse_timestamp(field(0));
    if (!time) {
      refuse("\"" + std::string(field(0)) +
             "\" in TIMESTAMP is not a time as in 2023-11-16 18:15:46.680590.");
    }
    static_cast<void>(not_negative(1));
    const double token_s = static_cast<double>(options_.token_time.count()) * 1e-9;
    return {*time, service_of(2, not_negative(2) * token_s), kNoKey};
  }

  [[nodiscard]] std::string_view field(std::size_t column) const {
    return fields_[places_[column]];
  }

  // Number in a column of the format.
  [[nodiscard]] double number(std::size_t column) const {
    const std::string_view text = field(column);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool all = error == std::errc{} && end == text.data() + text.size() && !text.empty();
    if (!all || !std::isfinite(value)) refuse_field(column, "is not a number");
    return value;
  }

  [[nodiscard]] double not_negative(std::size_t column) const {
    const double value = number(column);
    if (value < 0) refuse_field(column, "is negative");
    return value;
  }

  [[nodiscard]] double seconds(std::size_t column) const {
    const double value = not_negative(column);
    if (value > kLongestSeconds) refuse_field(column, "is more than 30 years");
    return value;
  }

  [[nodiscard]] Work service_of(std::size_t column, double duration_s) const {
    const double scaled_s = duration_s / options_.speed;
    if (scaled_s > kLongestSeconds) refuse_field(column, "makes more than 30 years of work");
    return Work::of(to_duration(scaled_s * 1e9));
  }

  [[noreturn]] void refuse_field(std::size_t column, std::string_view what) const {
    refuse("\"" + std::string(field(column)) + "\" in " + columns_[places_[column]] + " " +
           std::string(what) + ".");
  }

  [[nodiscard]] AffinityKey key(std::string_view text) const {
    AffinityKey value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value != kNoKey) return value;
    refuse("\"" + std::string(text) + "\" in key is not a whole number from 0 to 4294967294.");
  }

  [[nodiscard]] static Duration nanoseconds(double seconds) noexcept {
    return Duration(std::llround(seconds * 1e9));
  }

  void sort_and_scale(std::vector<TraceRequest>& requests) const {
    std::ranges::stable_sort(requests, {}, &TraceRequest::arrival);
    const bool has_start = format_ == TraceFormat::loopsteal;
    const Duration start = has_start ? Duration::zero() : requests.front().arrival;
    for (TraceRequest& request : requests) {
      const double arrival_ns =
          static_cast<double>((request.arrival - start).count()) / options_.speed;
      if (arrival_ns > kLongestSeconds * 1e9)
        throw SpecError(name_ + ": at this speed requests arrive after more than 30 years.");
      request.arrival = to_duration(arrival_ns);
    }
  }

  const std::string& name_;
  const TraceOptions& options_;
  std::uint64_t line_ = 0;
  std::vector<std::string> columns_;
  Fields fields_;
  TraceFormat format_ = TraceFormat::loopsteal;
  std::array<std::size_t, 4> places_{};  // Places of the format's columns in the file.
  std::optional<std::size_t> key_place_;
  std::map<std::pair<std::string, std::string>, AffinityKey> functions_;
};

}  // namespace

std::vector<TraceRequest> read_trace(std::istream& text, const std::string& name,
                                     const TraceOptions& options) {
  return Reader(name, options).read(text);
}

std::vector<TraceRequest> read_trace_file(const std::string& path, const TraceOptions& options) {
  TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw SpecError("The trace \"" + path + "\" cannot be read: " + file.error + ".");
  std::istringstream text(std::move(file.text));
  return read_trace(text, path, options);
}

}  // namespace loopsteal
