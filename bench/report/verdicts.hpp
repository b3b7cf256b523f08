// Comparisons of the rows of a file, as in `loopsteal compare`, as data. There is a group for each
// clock, cost model, size and number of workers, since only rows that agree in these are compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/report.hpp"
#include "bench/report/source.hpp"

namespace loopsteal {

/// One group of rows that may be compared.
struct VerdictGroup {
  std::string machine = {};
  std::string costs = {};
  std::string size = {};
  std::uint32_t workers = 1;
  Report report = {};
};

/// Groups with comparisons, in the order of the file. An event loop has one worker whatever the
/// others have, so it is in the groups of all of them.
std::vector<VerdictGroup> verdicts_of(const std::vector<Row>& rows);

/// `source`: index of the file among those of the report.
Json to_json(const VerdictGroup& group, std::size_t source);

}  // namespace loopsteal
