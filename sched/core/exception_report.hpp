// What becomes of an exception that nobody joins.
#pragma once
#include <exception>

#include "sched/core/scheduler.hpp"

namespace loopsteal::detail {

/// Gives `error` to `handler`, or prints it on stderr if there is none or it throws. Any thread.
void report_exception(const Scheduler::ExceptionHandler& handler,
                      std::exception_ptr error) noexcept;

}  // namespace loopsteal::detail
