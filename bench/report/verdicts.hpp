// What the rows of a file come to: the comparisons of `loopsteal compare` as data, a set of them
// for each clock, cost model, size and number of workers, since only like is compared with like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/report.hpp"
#include "bench/report/source.hpp"

namespace loopsteal {

/// One comparison: what may stand beside each other.
struct VerdictGroup {
  std::string machine = {};
  std::string costs = {};
  std::string size = {};
  std::uint32_t workers = 1;
  Report report = {};
};

/// The groups that compare anything, in the order of the file. An event loop has one worker
/// whatever the others have, so it stands in the groups of all of them.
std::vector<VerdictGroup> verdicts_of(const std::vector<Row>& rows);

/// `source`: the place of the file among those of the report.
Json to_json(const VerdictGroup& group, std::size_t source);

}  // namespace loopsteal
