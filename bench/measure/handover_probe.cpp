#include "bench/measure/handover_probe.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#include <sched.h>

namespace loopsteal {
namespace {

constexpr int kBatches = 25;
constexpr int kRoundsInABatch = 400;
constexpr int kCpusMax = CPU_SETSIZE;
constexpr std::size_t kCacheLine = 64;

std::vector<std::uint32_t> allowed_cpus() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<std::uint32_t> cpus;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return cpus;
  for (int cpu = 0; cpu < kCpusMax; ++cpu) {
    if (CPU_ISSET(cpu, &mask)) cpus.push_back(static_cast<std::uint32_t>(cpu));
  }
  return cpus;
}

void pin_this_thread(std::uint32_t cpu) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  CPU_SET(cpu, &mask);
  pthread_setaffinity_np(pthread_self(), sizeof mask, &mask);
}

// Two threads that answer each other through one word: odd is a call, even an answer.
constexpr std::uint32_t kNobodyCalls = 0xffff'ffff;

struct alignas(kCacheLine) Ball {
  std::atomic<std::uint32_t> value = 0;
};

void answer(Ball& ball, std::uint32_t cpu) {
  pin_this_thread(cpu);
  for (std::uint32_t call = 1; call < 2u * kBatches * kRoundsInABatch; call += 2) {
    // Acquire and release pair with the caller's: the line must have moved for the answer.
    std::uint32_t value = ball.value.load(std::memory_order_acquire);
    for (; value != call; value = ball.value.load(std::memory_order_acquire)) {
      if (value == kNobodyCalls) return;
    }
    ball.value.store(call + 1, std::memory_order_release);
  }
}

// The least disturbed batch: whatever interrupts only ever adds time.
double best_one_way_ns(Ball& ball, std::uint32_t cpu) {
  using Clock = std::chrono::steady_clock;
  pin_this_thread(cpu);
  std::uint32_t call = 1;
  double best_ns = 0;
  for (int batch = 0; batch < kBatches; ++batch) {
    const Clock::time_point begin = Clock::now();
    for (int round = 0; round < kRoundsInABatch; ++round, call += 2) {
      // Release and acquire pair with answer()'s.
      ball.value.store(call, std::memory_order_release);
      while (ball.value.load(std::memory_order_acquire) != call + 1) {
      }
    }
    const std::chrono::duration<double, std::nano> taken = Clock::now() - begin;
    const double one_way_ns = taken.count() / (2.0 * kRoundsInABatch);
    best_ns = batch == 0 ? one_way_ns : std::min(best_ns, one_way_ns);
  }
  return best_ns;
}

Handover probe(std::uint32_t from, std::uint32_t to) {
  Ball ball;
  Handover handover{.from = from, .to = to, .one_way_ns = 0};
  std::thread answering([&] { answer(ball, to); });
  try {
    std::thread calling([&] { handover.one_way_ns = best_one_way_ns(ball, from); });
    calling.join();
  } catch (const std::system_error&) {
    // Relaxed: nothing but the number is passed on.
    ball.value.store(kNobodyCalls, std::memory_order_relaxed);
    answering.join();
    throw;
  }
  answering.join();
  return handover;
}

}  // namespace

std::vector<Handover> probe_handovers(std::size_t pairs_max) {
  const std::vector<std::uint32_t> cpus = allowed_cpus();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    for (std::size_t j = i + 1; j < cpus.size(); ++j) pairs.emplace_back(cpus[i], cpus[j]);
  }
  std::vector<Handover> handovers;
  const std::size_t wanted = std::min(pairs.size(), pairs_max);
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto& [from, to] = pairs[i * pairs.size() / wanted];
    handovers.push_back(probe(from, to));
  }
  return handovers;
}

}  // namespace loopsteal
