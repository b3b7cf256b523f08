// Memory for coroutine frames: the pool against operator new.
#include <array>
#include <cstddef>
#include <new>

#include <benchmark/benchmark.h>

#include "sched/core/coro/frame_pool.hpp"

namespace loopsteal {
namespace {

/// As many at a time as tasks of a modest program: more than a magazine holds.
constexpr std::size_t kFrames = 100;

template <class Allocate, class Free>
void allocate_and_free(benchmark::State& state, Allocate allocate, Free free) {
  const auto size = static_cast<std::size_t>(state.range(0));
  std::array<void*, kFrames> frames{};
  for ([[maybe_unused]] auto _ : state) {
    for (void*& frame : frames) frame = allocate(size);
    benchmark::DoNotOptimize(frames.data());
    for (void* const frame : frames) free(frame, size);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}

void frame_pool_pair(benchmark::State& state) {
  allocate_and_free(
      state, [](std::size_t size) { return frame_pool::allocate(size); },
      [](void* frame, std::size_t size) { frame_pool::deallocate(frame, size); });
}
BENCHMARK(frame_pool_pair)->Name("micro/frame_pool/allocate_free")->Arg(64)->Arg(256)->Arg(1024);

void operator_new_pair(benchmark::State& state) {
  allocate_and_free(
      state, [](std::size_t size) { return ::operator new(size); },
      [](void* frame, std::size_t size) { ::operator delete(frame, size); });
}
BENCHMARK(operator_new_pair)
    ->Name("micro/operator_new/allocate_free")
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024);

}  // namespace
}  // namespace loopsteal
