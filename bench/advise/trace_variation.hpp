// A trace with more or less traffic, or with sizes that differ more or less from each other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workloads/support/trace_file.hpp"

namespace loopsteal {

/// The same requests, arriving `factor` times as fast. `factor` > 0.
std::vector<TraceRequest> with_arrivals(std::span<const TraceRequest> trace, double factor);

/// Sizes raised to a power, and scaled so that their mean stays: the one that makes their squared
/// coefficient of variation `factor` times what it was, to a thousandth. The order of sizes stays.
/// None if all are equal, or no power up to 8 does it.
std::optional<std::vector<TraceRequest>> with_variation(std::span<const TraceRequest> trace,
                                                        double factor);

/// Another trace of the same kind: blocks of consecutive requests, each drawn from anywhere in
/// `trace` (around its end) with its gaps and sizes, until there are as many requests. A block is
/// the square root of them long, so bursts of up to that length stay whole.
std::vector<TraceRequest> with_blocks_drawn_anew(std::span<const TraceRequest> trace,
                                                 std::uint64_t seed);

/// As read_trace() reads it back to the same, in our own format.
std::string print_trace(std::span<const TraceRequest> trace);

}  // namespace loopsteal
