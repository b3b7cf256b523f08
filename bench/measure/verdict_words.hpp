// Comparisons as texts: the same in tables, sentences, JSON and the page of the report.
//
// A ratio is said with its direction: "2.0x as fast", "p99 4.9x lower". scripts/loopsteal/
// verdict_words.py has the same for the figures.
#pragma once

#include <string>
#include <string_view>

#include "bench/measure/report.hpp"

namespace loopsteal {

/// "makespan", "mean sojourn" or "p99 sojourn".
std::string_view to_string(DecidingMetric metric);

/// A ratio over the baseline, above 1 where the baseline's time is longer: "2.0x as fast" and
/// "1.2x as slow" of a makespan, "p99 4.9x lower" and "mean sojourn 1.2x higher" of sojourns.
/// `ratio` > 0.
std::string effect_words(DecidingMetric metric, double ratio);

/// The same with its interval, for a cell of a table whose title names the metric: "2.00x as fast
/// [1.98, 2.02]", "tie [0.97, 1.04]", "4.90x lower (exact)", "the same (exact)", or, without a
/// verdict, "2.00x as fast (9 of 10 runs)".
std::string verdict_words(DecidingMetric metric, const Comparison& comparison);

/// Why the numbers of a line have no interval: "exact for this trace" (or graph, or program), "the
/// same in all 20 runs". Empty where they have one.
std::string exact_words(std::string_view workload_spec, const ReportLine& line);

}  // namespace loopsteal
