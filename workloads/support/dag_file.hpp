// Graphs of jobs in files:
//
//   {"jobs": [{"name": "J1", "time": "3us"},
//             {"name": "J2", "time": 1500, "after": ["J1"]}]}
//
// A time is a text with a unit, or a number of nanoseconds. A job may name jobs that come later in
// the list. The order of the list is kept. A "comment" may stand beside "jobs".
#pragma once
#include <string>
#include <string_view>

#include "workloads/support/dag.hpp"

namespace loopsteal {

/// The graph that `text` describes. `name` is what errors call it. Throws SpecError for what is no
/// JSON, or not of this form: with the job and what is wrong; for a name twice, or of no job; and
/// as Dag does.
[[nodiscard]] Dag read_dag(std::string_view text, const std::string& name);

/// That of the file `path`. Throws as the above, and if the file cannot be read.
[[nodiscard]] Dag read_dag_file(const std::string& path);

}  // namespace loopsteal
