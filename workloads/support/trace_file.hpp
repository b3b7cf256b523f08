// Requests that were recorded elsewhere: files of arrivals and sizes.
//
// A trace is a CSV file whose first line names its columns. Known ones:
//
//   loopsteal        arrival_s,service_s[,key]          seconds since the start of the run; key is
//   a
//                                                       whole number: the shard of the request
//   azure_functions  app,func,end_timestamp,duration    AzureFunctionsInvocationTrace2021, seconds;
//                                                       arrival = end_timestamp - duration; each
//                                                       function (app and func) has a key of its
//                                                       own
//   azure_llm        TIMESTAMP,ContextTokens,GeneratedTokens
//                                                       AzureLLMInferenceTrace 2023; service =
//                                                       GeneratedTokens * token_time
//
// Columns may come in any order, and others beside them are ignored. Lines need not be in the order
// of arrival: requests are sorted by it (those of the same time keep their order), since a file
// ordered by ends or by function is in order, too. The times of the two Azure formats count from
// the first arrival, those of ours from the start.
#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "sched/core/job.hpp"
#include "sched/core/knobs.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

enum class TraceFormat : std::uint8_t { by_header, loopsteal, azure_functions, azure_llm };
inline constexpr Named<TraceFormat> kTraceFormats[] = {
    {"header", TraceFormat::by_header},
    {"loopsteal", TraceFormat::loopsteal},
    {"azure_functions", TraceFormat::azure_functions},
    {"azure_llm", TraceFormat::azure_llm}};

struct TraceOptions {
  TraceFormat format = TraceFormat::by_header;  ///< by_header: the one whose columns are there.
  double speed = 1;  ///< Arrivals and sizes are divided by it: the load stays. Above 0.
  Duration token_time = std::chrono::milliseconds(10);  ///< azure_llm: a generated token's work.
};

struct TraceRequest {
  Duration arrival{};  ///< Since the start of the run.
  Work service;
  AffinityKey key = kNoKey;

  friend bool operator==(const TraceRequest& a, const TraceRequest& b) noexcept {
    return a.arrival == b.arrival && a.service.ns == b.service.ns && a.key == b.key;
  }
};

/// The requests of `text` in the order of their arrival. `name` is what errors call it. Throws
/// SpecError, naming the line, for one with a field too few or too many, a field that is not a
/// number, a negative time or one beyond 30 years; and for a trace without requests.
[[nodiscard]] std::vector<TraceRequest> read_trace(std::istream& text, const std::string& name,
                                                   const TraceOptions& options);

/// Those of the file `path`. Throws as the above, and if the file cannot be read.
[[nodiscard]] std::vector<TraceRequest> read_trace_file(const std::string& path,
                                                        const TraceOptions& options);

}  // namespace loopsteal
