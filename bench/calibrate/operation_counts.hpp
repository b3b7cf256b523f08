// Counts of a probe's operations: the unknowns of calibration, and their coefficients.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/calibrate/probe.hpp"

namespace loopsteal {

/// Unknowns are the entries of cost_entries(), in their order, then the costs of the probes' own
/// code.
std::size_t count_of_unknowns();
/// Index of an entry's name, or of "callback" (creating a timed one and ending it), or of "piece"
/// (burning kPieceWork). Other names are not allowed.
std::size_t unknown_named(std::string_view name);
/// The name of an entry; empty for the probes' own code.
std::string_view entry_of_unknown(std::size_t unknown);
/// Typical time on today's machines: our choice, used only as CostPrior describes.
double usual_ns_of_unknown(std::size_t unknown);

/// Operations of `run`, by unknown. Threads do not count locks: `locks` is their number.
std::vector<double> counts_of(const Probe& probe, const Measurement& run, double locks);

/// Counts of a probe with one worker, found by running it in virtual time.
std::vector<double> counts_in_virtual_time(const Probe& probe);

}  // namespace loopsteal
