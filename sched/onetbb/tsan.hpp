// Annotations for ThreadSanitizer: a task that enters oneTBB happens before it runs. The library is
// not instrumented. Without annotations, TSan would report each hand-over; suppressing those
// reports would also suppress our own races.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define LOOPSTEAL_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOOPSTEAL_TSAN 1
#endif
#endif
#ifdef LOOPSTEAL_TSAN
#include <sanitizer/tsan_interface.h>
/// A function whose own memory accesses TSan ignores; it checks the functions that it calls.
#define LOOPSTEAL_TSAN_UNSEEN __attribute__((no_sanitize("thread")))
#else
#define LOOPSTEAL_TSAN_UNSEEN
#endif

namespace loopsteal::tsan {

#ifdef LOOPSTEAL_TSAN
inline void handed_over(void* what) noexcept { __tsan_release(what); }
inline void taken_over(void* what) noexcept { __tsan_acquire(what); }
#else
inline void handed_over(void*) noexcept {}
inline void taken_over(void*) noexcept {}
#endif

}  // namespace loopsteal::tsan
