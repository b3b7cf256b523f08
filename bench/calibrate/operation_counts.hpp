// How often a probe did what: the unknowns of calibration, and the coefficients before them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/calibrate/probe.hpp"

namespace loopsteal {

/// Unknowns are the entries of cost_entries(), in their order, then what the probes' own code
/// takes.
std::size_t count_of_unknowns();
/// Of an entry's name, or "callback" (creating a timed one and ending it), or "piece" (burning
/// kPieceWork). Of no other word.
std::size_t unknown_named(std::string_view name);
/// The name of an entry; empty for the probes' own code.
std::string_view entry_of_unknown(std::size_t unknown);
/// About how long it takes on the machines of today: ours, and used as no more than CostPrior says.
double usual_ns_of_unknown(std::size_t unknown);

/// The operations of `run`, by unknown. Locks are not counted on threads: `locks` says how many.
std::vector<double> counts_of(const Probe& probe, const Measurement& run, double locks);

/// Those of a probe with one worker, found by running it in virtual time.
std::vector<double> counts_in_virtual_time(const Probe& probe);

}  // namespace loopsteal
