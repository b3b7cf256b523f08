// Graphs of jobs in files:
//
//   {"jobs": [{"name": "J1", "time": "3us"},
//             {"name": "J2", "time": 1500, "after": ["J1"]}]}
//
// A time is a text with a unit, or a number of nanoseconds. A job may name jobs that come later in
// the list. The order of the list is kept. A "comment" is allowed next to "jobs".
#pragma once
#include <string>
#include <string_view>

#include "workloads/support/dag.hpp"

namespace loopsteal {

/// The graph that `text` describes. Errors begin with `name`. Throws SpecError if the text is not
/// JSON or not of this form, naming the job and the error; for a name that is used twice or belongs
/// to no job; and as Dag does.
[[nodiscard]] Dag read_dag(std::string_view text, const std::string& name);

/// Reads the file `path`. Throws as read_dag() does, and if the file cannot be read.
[[nodiscard]] Dag read_dag_file(const std::string& path);

}  // namespace loopsteal
