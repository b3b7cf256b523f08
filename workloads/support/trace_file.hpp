// Recorded requests: files of arrivals and sizes.
//
// A trace is a CSV file whose first line names its columns. Known formats:
//
//   loopsteal        arrival_s,service_s[,key]          seconds since the start of the run; key is
//                                                       a whole number: the shard of the request
//   azure_functions  app,func,end_timestamp,duration    AzureFunctionsInvocationTrace2021, seconds;
//                                                       arrival = end_timestamp - duration; each
//                                                       function (app and func) has a key of its
//                                                       own
//   azure_llm        TIMESTAMP,ContextTokens,GeneratedTokens
//                                                       AzureLLMInferenceTrace 2023; service =
//                                                       GeneratedTokens * token_time
//
// Columns may come in any order; other columns are ignored. Lines may be in any order: requests are
// sorted by arrival (requests with the same arrival keep their order), so files sorted by end time
// or by function are fine, too. Times of the two Azure formats count from the first arrival, those
// of ours from the start.
#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "sched/core/config/knobs.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

enum class TraceFormat : std::uint8_t { by_header, loopsteal, azure_functions, azure_llm };
inline constexpr Named<TraceFormat> kTraceFormats[] = {
    {"header", TraceFormat::by_header},
    {"loopsteal", TraceFormat::loopsteal},
    {"azure_functions", TraceFormat::azure_functions},
    {"azure_llm", TraceFormat::azure_llm}};

struct TraceOptions {
  TraceFormat format = TraceFormat::by_header;  ///< by_header: the format whose columns are there.
  double speed = 1;  ///< Divides arrivals and sizes: the load stays. Above 0.
  Duration token_time = std::chrono::milliseconds(10);  ///< azure_llm: work of a generated token.
};

struct TraceRequest {
  Duration arrival{};  ///< Since the start of the run.
  Work service;
  AffinityKey key = kNoKey;

  friend bool operator==(const TraceRequest& a, const TraceRequest& b) noexcept {
    return a.arrival == b.arrival && a.service.ns == b.service.ns && a.key == b.key;
  }
};

/// Requests of `text` in the order of their arrival. Errors begin with `name`. Throws SpecError
/// with the line for a line with too few or too many fields, a field that is not a number, a
/// negative time or one beyond 30 years; and for a trace without requests.
[[nodiscard]] std::vector<TraceRequest> read_trace(std::istream& text, const std::string& name,
                                                   const TraceOptions& options);

/// Requests of the file `path`. Throws as read_trace() does, and if the file cannot be read.
[[nodiscard]] std::vector<TraceRequest> read_trace_file(const std::string& path,
                                                        const TraceOptions& options);

}  // namespace loopsteal
