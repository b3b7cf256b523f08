// The TOML of a grid, with the place of everything in it, so that whatever turns out to be wrong
// can be pointed at. It knows the keys and the kinds of their values, not what they mean.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loopsteal {

/// Where something stands: both count from 1.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// A value as the text that a flag would have had, and where it stands.
struct PlacedText {
  std::string text;
  Place place;
};

/// A scheduler or a workload: its name, or its whole spec, and the values of each knob.
struct PlacedSpec {
  struct Knob {
    std::string key;
    Place place;
    std::vector<PlacedText> values;
  };
  PlacedText spec;
  std::vector<Knob> knobs;
};

/// One grid: the values of each key that was given.
struct GridTable {
  Place place;
  std::vector<PlacedSpec> schedulers;
  std::vector<PlacedSpec> workloads;
  std::map<std::string, std::vector<PlacedText>, std::less<>> settings;

  /// The values of that key, or null if it was not given.
  [[nodiscard]] const std::vector<PlacedText>* find(std::string_view key) const;
};

/// The grids of a file: one, or as many as it has [[grid]] tables, each with what stands outside of
/// them where it says nothing itself. `known` are the keys beside scheduler and workload. Throws
/// SpecError "NAME:LINE:COLUMN: ...".
std::vector<GridTable> read_grid_file(std::string_view text, const std::string& name,
                                      const std::vector<std::string_view>& known);

/// Throws the SpecError of `what` at `place` in the file `name`.
[[noreturn]] void reject_at(const std::string& name, Place place, std::string_view what);

}  // namespace loopsteal
