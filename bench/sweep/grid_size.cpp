#include "bench/sweep/grid_size.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "bench/measure/memory_forecast.hpp"
#include "bench/measure/numbers.hpp"
#include "sched/core/spec.hpp"

namespace loopsteal {
namespace {

constexpr double kBytesAPoint = 2'300;  // Measured: a plan of 110,000 points took 249 MB.

constexpr std::string_view kRemedy =
    "Take fewer values or repetitions, or write the grids into several files.";

double combinations_of(const std::vector<PlacedSpec>& specs) {
  double all = 0;
  for (const PlacedSpec& spec : specs) {
    double one = 1;
    for (const PlacedSpec::Knob& knob : spec.knobs) one *= static_cast<double>(knob.values.size());
    all += one;
  }
  return all;
}

// 1 for a value that is no number of repetitions: it is refused where it is read.
double repetitions_of(const GridTable& table) {
  const std::vector<PlacedText>* const values = table.find("repetitions");
  if (values == nullptr || values->empty()) return 1;
  try {
    return static_cast<double>(parse_integer(values->front().text, kGridRepetitions));
  } catch (const SpecError&) {
    return 1;
  }
}

double points_of(const GridTable& table, std::span<const std::string_view> single) {
  double count = combinations_of(table.schedulers) * combinations_of(table.workloads);
  for (const auto& [key, values] : table.settings) {
    if (std::ranges::find(single, key) == single.end()) count *= static_cast<double>(values.size());
  }
  return count * repetitions_of(table);
}

}  // namespace

void check_size(std::span<const GridTable> tables, std::span<const std::string_view> single,
                const std::string& name, const std::optional<AvailableMemory>& memory) {
  double count = 0;
  for (const GridTable& table : tables) count += points_of(table, single);
  if (count > kPointsMax) {
    throw SpecError(fmt::format("{}: {} points, more than the {} that one sweep may have. {}", name,
                                human_count(count), human_count(kPointsMax), kRemedy));
  }
  const double bytes = count * kBytesAPoint;
  if (!memory || bytes <= static_cast<double>(memory->bytes)) return;
  throw MemoryShortage(
      fmt::format("{}: {} points would take about {} of memory, and {} leaves {}. {}", name,
                  human_count(count), human_bytes(static_cast<std::uint64_t>(bytes)),
                  memory->bound_by, human_bytes(memory->bytes), kRemedy));
}

}  // namespace loopsteal
