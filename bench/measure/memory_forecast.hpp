// Memory that points will take, said before any of them runs.
//
// A forecast counts what is known beforehand: samples of requests, tasks that exist at once, state
// of workers, rows. A workload whose tasks cannot be counted beforehand takes more than its
// forecast, never less; so a point that is refused would not have fitted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "bench/measure/available_memory.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Bytes, by what they are for.
struct MemoryForecast {
  std::uint64_t tasks = 0;     ///< Tasks that exist at once, with their queue entries.
  std::uint64_t requests = 0;  ///< Samples of requests, or the blocks that count them.
  std::uint64_t workers = 0;
  std::uint64_t workload = 0;  ///< Of the workload's own.
  unsigned runs_at_once = 1;   ///< Each of which takes all of the above.
  std::uint64_t rows = 0;      ///< Of the campaign, once.

  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return runs_at_once * (tasks + requests + workers + workload) + rows;
  }
};

/// The forecast for `point`, a checked() one with its planned requests, as one of a campaign that
/// keeps `rows` rows.
MemoryForecast forecast_memory(const Point& point, const WorkloadCatalog& workloads,
                               std::uint64_t rows);

/// Points were refused: they would not fit. The message has the forecast, what there is, and the
/// remedy.
class MemoryShortage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws MemoryShortage for the first of `points` whose forecast is more than `available`; of
/// each there will be `repetitions` rows. Does nothing where it is not known what is available.
void check_memory(std::span<const Point> points, std::uint32_t repetitions,
                  const WorkloadCatalog& workloads,
                  const std::optional<AvailableMemory>& available);

}  // namespace loopsteal
