// A cost model as a file: what each operation costs on some machine, how sure that is, and which
// measurement says so.
//
//   [measured]
//   machine = "…"   date = "…"   commit = "…"   compiler = "…"
//
//   [push_local]                  # for every scheduler
//   value = 3                     # ns, or a duration: "1.5us"
//   spread = [2.8, 3.3]           # quartiles of the repetitions, in ns
//   origin = "…"
//
//   [work_stealing.push_local]    # for this cost family (or scheduler), in place of the above
//   value = 5
//
// An entry without a table is unknown, and runs that need it are refused. A value of 0 says in its
// origin why it is none: "none: …" where the runtime has no such operation, "in ENTRY: …" where the
// measurement of another entry contains it.
//
//   [probe.hand_overs]            # what a program of the calibration took: no cost of anything
//   value = 47000
//
//   [work.uts]                    # what a task of that workload takes: its node_work or task_work
//   value = 95
//
//   [work.event_loop.uts]         # under this scheduler: its order decides what caches still hold
//   value = 120
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/measure/costs.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// One number and where it comes from.
struct MeasuredCost {
  Duration value{};
  std::optional<std::pair<double, double>> spread_ns = {};  ///< First and third quartile.
  std::string origin = {};

  friend bool operator==(const MeasuredCost&, const MeasuredCost&) = default;
};

/// A table of the file.
struct CostTable {
  /// "" for every scheduler, a cost family or a scheduler's name, "work", "work.SCHEDULER", or
  /// "probe".
  std::string owner;
  std::string name;  ///< Of a cost_entries() entry; of a workload or a probe.
  MeasuredCost cost;

  friend bool operator==(const CostTable&, const CostTable&) = default;
};

struct CostsFile {
  std::string machine;
  std::string date;
  std::string commit;
  std::string compiler;
  std::vector<CostTable> tables;

  /// Null if there is no such table.
  [[nodiscard]] const MeasuredCost* find(std::string_view owner, std::string_view name) const;
  /// What a task of `workload` takes under `scheduler`: its own table, its cost family's, or the
  /// common one. Null if there is none of them.
  [[nodiscard]] const MeasuredCost* find_work(std::string_view scheduler,
                                              std::string_view workload) const;

  friend bool operator==(const CostsFile&, const CostsFile&) = default;
};

/// Reads the text of a file that messages call `name`. Throws SpecError "NAME:LINE:COLUMN: …" for
/// what is no TOML, for unknown tables and keys (with the nearest known one), and for values that
/// are no duration: negative ones, NaN, more than an hour.
CostsFile parse_costs_file(std::string_view text, const std::string& name);

/// Those that are compiled in: "reference", ours on the reference machine, and the originals there.
std::vector<std::string_view> names_of_kept_costs();

/// The same of a file on disk, or of one that is compiled in. Throws SpecError also when it cannot
/// be read.
CostsFile read_costs_file(const std::string& path);

/// As parse_costs_file() reads it back to the same.
std::string print_costs_file(const CostsFile& file);

/// The models in the file, under the name "NAME@HASH".
Costs costs_of(const CostsFile& file, std::string_view name);

}  // namespace loopsteal
