// How many points a grid has, before any of them is made: a few lines may name more points than
// there is memory for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/available_memory.hpp"
#include "bench/sweep/grid_file.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {

/// Points that the grids of one file may have. A plan of so many takes 2.3 GB.
inline constexpr double kPointsMax = 1e6;

/// What the key "repetitions" takes.
inline constexpr Range kGridRepetitions{1, 100'000};

/// Throws SpecError for more than kPointsMax points in all `tables`, and MemoryShortage for points
/// that would not fit into `memory`. Points that are the same are counted as often as they are
/// named. `single` are the keys that do not span the grid, `name` is that of the file.
void check_size(std::span<const GridTable> tables, std::span<const std::string_view> single,
                const std::string& name, const std::optional<AvailableMemory>& memory);

}  // namespace loopsteal
