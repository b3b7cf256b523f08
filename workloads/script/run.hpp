// Running a scripted program for the sake of its trace.
#pragma once
#include <optional>

#include "sched/core/scheduler.hpp"
#include "workloads/script/world.hpp"

namespace loopsteal::script {

/// Runs `program` on `scheduler`, which must be fresh, and tells `trace` about it: every line, and
/// the end. The main task is made ready before the run begins; a run that the program stops is
/// begun again until the main task has ended; tasks that are left are abandoned. Waiting for ever
/// is an end, too. Gives what the program did that no program may; then `trace` has no end.
[[nodiscard]] std::optional<Misuse> run_program(const Program& program, Scheduler& scheduler,
                                                const WorldOptions& options, Trace& trace);

}  // namespace loopsteal::script
