// Changes the traffic of a trace, or the variation of its sizes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workloads/support/trace_file.hpp"

namespace loopsteal {

/// The same requests, arriving `factor` times as fast. `factor` > 0.
std::vector<TraceRequest> with_arrivals(std::span<const TraceRequest> trace, double factor);

/// Sizes raised to a power, and scaled so that their mean stays. The power makes their squared
/// coefficient of variation `factor` times as large, to a thousandth. The order of sizes stays.
/// None if all sizes are equal, or no power up to 8 suffices.
std::optional<std::vector<TraceRequest>> with_variation(std::span<const TraceRequest> trace,
                                                        double factor);

/// Another trace of the same kind: blocks of consecutive requests, each drawn from anywhere in
/// `trace` (wrapping around its end) with its gaps and sizes, until the number of requests is the
/// same. The length of a block is the square root of that number, so bursts of up to that length
/// stay whole.
std::vector<TraceRequest> with_blocks_drawn_anew(std::span<const TraceRequest> trace,
                                                 std::uint64_t seed);

/// Text in our own format that read_trace() reads back.
std::string print_trace(std::span<const TraceRequest> trace);

}  // namespace loopsteal
