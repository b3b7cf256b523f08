// Common code of the peers in C++. A peer is called as `peer WORK WORKERS REPETITIONS SIZE`: it
// does the work once to warm up and then REPETITIONS times, and prints a line of JSON for each.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace peers {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::nanoseconds;

struct Request {
  std::string work;
  int workers;
  int repetitions;
  int size;  ///< Rounds, links or n, depending on the work.
};

inline Request parse(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s WORK WORKERS REPETITIONS SIZE\n", argv[0]);
    std::exit(2);
  }
  return {argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4])};
}

/// The measured time: the body's own if it returns one, else from its beginning to its end.
template <class Body>
Nanoseconds time_of(Body& body) {
  if constexpr (std::is_void_v<std::invoke_result_t<Body&>>) {
    const Clock::time_point begin = Clock::now();
    body();
    return Clock::now() - begin;
  } else {
    return body();
  }
}

/// `body` does `operations` at each call.
template <class Body>
void measure(const Request& request, const char* version, std::uint64_t operations, Body body) {
  (void)time_of(body);
  for (int i = 0; i < request.repetitions; ++i) {
    const Nanoseconds taken = time_of(body);
    std::printf("{\"work\":\"%s\",\"version\":\"%s\",\"operations\":%llu,\"ns\":%lld}\n",
                request.work.c_str(), version, static_cast<unsigned long long>(operations),
                static_cast<long long>(taken.count()));
  }
}

/// One task at a time, submitted from outside after `gap` without any. Measures from its submission
/// until it has run. `submit(flag)` submits a task that increments the flag.
template <class Submit>
Nanoseconds submissions(int count, Nanoseconds gap, Submit submit) {
  static std::atomic<std::uint64_t> flag{0};
  Nanoseconds sum{};
  for (int i = 0; i < count; ++i) {
    const Clock::time_point idle_until = Clock::now() + gap;
    while (Clock::now() < idle_until) {
    }
    const std::uint64_t before = flag.load(std::memory_order_relaxed);
    const Clock::time_point begin = Clock::now();
    submit(flag);
    // Acquire pairs with the task's release.
    while (flag.load(std::memory_order_acquire) == before) {
    }
    sum += Clock::now() - begin;
  }
  return sum;
}

inline Nanoseconds gap_of(std::string_view work) {
  return work == "wake_parked" ? std::chrono::microseconds(50) : Nanoseconds(0);
}

[[noreturn]] inline void unknown(const Request& request) {
  std::fprintf(stderr, "no such work here: %s\n", request.work.c_str());
  std::exit(2);
}

/// Calls of fib(n) by its naive recursion.
inline std::uint64_t fib_calls(int n) {
  std::uint64_t previous = 1;
  std::uint64_t calls = 1;
  for (int i = 2; i <= n; ++i) calls = 1 + calls + std::exchange(previous, calls);
  return calls;
}

/// Keeps the compiler from removing the computation of `value`.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

/// The same small generator for all peers, so that deadlines cost the same everywhere.
class Random {
 public:
  std::uint64_t operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::uint64_t below(std::uint64_t bound) { return ((*this)() >> 20) % bound; }

 private:
  std::uint64_t state_ = 99;
};

}  // namespace peers
