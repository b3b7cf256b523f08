// One thing that a sweep measures, and the name under which its row is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/measure/json.hpp"
#include "bench/measure/row.hpp"
#include "bench/sweep/slo.hpp"

namespace loopsteal {

/// A point, or the search for the load at which a point keeps an objective. The point is a
/// checked() one and has the seed of its repetition; how many threads run its replications is not
/// said here, as it changes nothing. In a search its workload has no load, and `point.requests` of
/// 0 with a precision means: for each load as many as that load takes.
struct PlannedPoint {
  Point point;
  std::uint32_t repetitions = 1;
  std::uint32_t repetition_index = 0;
  std::optional<SloSearch> search = {};
};

/// All that decides what comes out, files that its workload reads included (as hashes of what is in
/// them): the content that id_of() names. Throws SpecError if such a file cannot be read.
Json to_json(const PlannedPoint& planned);

/// Reads it back. Throws SpecError for what is no planned point. Files are not looked at, but for
/// costs that are one.
PlannedPoint planned_point_from_json(const Json& json);

/// 16 hexadecimal digits: a hash (FNV-1a, 64 bits) of `content`, as to_json() gives it, and of the
/// program that measures. The same content has the same id on every machine and in every plan.
std::string id_of(const Json& content, std::string_view program);

/// What this program calls itself in ids: its version and commit. Builds of one commit that were
/// changed by hand are not told apart from each other.
std::string program_version();

}  // namespace loopsteal
