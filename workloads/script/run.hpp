// Runs a scripted program to get its trace.
#pragma once
#include <optional>

#include "sched/core/scheduler.hpp"
#include "workloads/script/world.hpp"

namespace loopsteal::script {

/// Runs `program` on `scheduler`, which must be fresh, and writes every line and the end to
/// `trace`. The main task is ready before the run begins. If the program stops a run, another run
/// begins, until the main task has ended. Leftover tasks are abandoned. Waiting for ever is also an
/// end. Returns the misuse if the program did what no program may do; then `trace` has no end.
[[nodiscard]] std::optional<Misuse> run_program(const Program& program, Scheduler& scheduler,
                                                const WorldOptions& options, Trace& trace);

}  // namespace loopsteal::script
