// A stretch of program that may make no system call.
#pragma once
#include <functional>
#include <string>

namespace loopsteal::performance {

/// From now on the calling thread ends the process at its first system call, but for exit_group and
/// writes to stderr. There is no way back: for a child process. False: the kernel has no filters.
[[nodiscard]] bool forbid_system_calls() noexcept;

/// Ends the process with success, without anything in between.
[[noreturn]] void leave_guarded() noexcept;

/// Runs `body`, which ends with leave_guarded(), in a child process. Returns what the child did
/// wrong, in words; "" if nothing.
[[nodiscard]] std::string run_guarded(const std::function<void()>& body);

}  // namespace loopsteal::performance
