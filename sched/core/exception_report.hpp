// Reports exceptions of coroutines that are not joined.
#pragma once
#include <exception>

#include "sched/core/scheduler.hpp"

namespace loopsteal::detail {

/// Passes `error` to `handler`, or prints it on stderr if there is no handler or it throws. Any
/// thread.
void report_exception(const Scheduler::ExceptionHandler& handler,
                      std::exception_ptr error) noexcept;

}  // namespace loopsteal::detail
