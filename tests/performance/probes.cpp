#include "tests/performance/probes.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <ctime>

#include <dlfcn.h>
#include <pthread.h>

// glibc's own functions, by the names it keeps for those who stand in front of it.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace loopsteal::performance {
namespace {

// relaxed: counts, read on the thread that did what is counted.
constinit std::atomic<std::uint64_t> allocations{0};
constinit std::atomic<std::uint64_t> locks{0};
constinit std::atomic<std::uint64_t> clock_reads{0};

void count(std::atomic<std::uint64_t>& counter) noexcept {
  counter.fetch_add(1, std::memory_order_relaxed);
}

/// The C library's function of that name. Looked up each time: a cached one would need a lock.
template <class Function>
Function* original(const char* name) noexcept {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

Counts counts_so_far() noexcept {
  return {allocations.load(std::memory_order_relaxed), locks.load(std::memory_order_relaxed),
          clock_reads.load(std::memory_order_relaxed)};
}

}  // namespace loopsteal::performance

namespace probes = loopsteal::performance;

extern "C" {

void* malloc(std::size_t size) {
  probes::count(probes::allocations);
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  probes::count(probes::allocations);
  return __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) {
  probes::count(probes::allocations);
  return __libc_realloc(memory, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  probes::count(probes::allocations);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  *result = memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  probes::count(probes::locks);
  return probes::original<decltype(pthread_mutex_lock)>("pthread_mutex_lock")(mutex);
}

int clock_gettime(clockid_t clock, timespec* result) noexcept {
  probes::count(probes::clock_reads);
  return probes::original<decltype(clock_gettime)>("clock_gettime")(clock, result);
}

}  // extern "C"
