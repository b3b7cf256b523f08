// Assertions: for what only a bug can cause. What a caller can cause is an exception with a
// sentence instead.
#pragma once

namespace loopsteal::detail {

/// Prints what was violated and where, then aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* message, const char* file,
                                   int line) noexcept;

/// For a destructor that must not go on, since tasks still use what it destroys. Prints `message`
/// and aborts. If an exception is leaving the coroutine, it says so and calls std::terminate(),
/// whose handler may know more of that exception.
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
