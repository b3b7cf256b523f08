// Assertions, for errors that only a bug can cause. Errors of a caller are exceptions with a
// message instead.
#pragma once

namespace loopsteal::detail {

/// Prints the violated condition and its place, then aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* message, const char* file,
                                   int line) noexcept;

/// For a destructor that must not go on, since tasks still use the object. Prints `message` and
/// aborts. If an exception is leaving the coroutine, it says so and calls std::terminate(), whose
/// handler may know more about the exception.
[[noreturn]] void destroyed_too_early(const char* message) noexcept;

}  // namespace loopsteal::detail

/// Checked in every build: for rare paths and for misuse that would corrupt memory.
#define LOOPSTEAL_CHECK(condition, message) \
  (static_cast<bool>(condition)             \
       ? static_cast<void>(0)               \
       : ::loopsteal::detail::assertion_failed(#condition, message, __FILE__, __LINE__))

/// Checked in builds without NDEBUG: for hot paths.
#ifdef NDEBUG
#define LOOPSTEAL_ASSERT(condition, message) static_cast<void>(0)
#else
#define LOOPSTEAL_ASSERT(condition, message) LOOPSTEAL_CHECK(condition, message)
#endif
