// A piece of measuring in a process of its own, so that what one run leaves behind in memory (free
// frames in whatever order, pages, caches) does not meet the next.
#pragma once

#include <functional>
#include <vector>

namespace loopsteal {

/// What `work` returns when a fork of this process calls it. That process sees the memory as it is
/// here, and changes none of it. Throws std::runtime_error with the message of what `work` throws,
/// or that says how the process died; std::system_error if there can be none. From one thread; the
/// locks that other threads hold are held for ever in there.
std::vector<double> in_own_process(const std::function<std::vector<double>()>& work);

/// What a process pays for pages, threads and cold caches is over after so many runs. Of so many
/// more the fastest counts: what else goes on in the machine only adds.
inline constexpr int kRunsToWarmUp = 2;
inline constexpr int kRunsThatCount = 3;

/// Calls `run` as often as it takes to warm up, and returns what the calls after that do.
template <class Run>
auto warmed_up(const Run& run) {
  for (int i = 0; i < kRunsToWarmUp; ++i) run();
  std::vector<decltype(run())> results;
  for (int i = 0; i < kRunsThatCount; ++i) results.push_back(run());
  return results;
}

}  // namespace loopsteal
