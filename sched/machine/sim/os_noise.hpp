// Noise of the operating system: it takes a CPU away now and then.
#pragma once
#include <cstdint>
#include <vector>

#include "sched/core/job.hpp"
#include "sched/core/random/random.hpp"
#include "sched/core/random/samplers.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Pauses of each virtual CPU while it computes. Off by default.
struct NoiseOptions {
  Duration mean_gap{};    ///< Computing time between two pauses, exponential; 0: no pauses.
  Duration mean_pause{};  ///< Length of a pause, exponential.

  [[nodiscard]] bool on() const noexcept { return mean_gap > Duration::zero(); }
  friend bool operator==(const NoiseOptions&, const NoiseOptions&) = default;
};

/// Pauses of all CPUs of one machine. Each CPU has its own stream, so its pauses depend only on the
/// seed and on its computing time. Not synchronised.
class OsNoise {
 public:
  OsNoise(const NoiseOptions& options, std::uint64_t seed, WorkerId workers) : options_(options) {
    if (!options.on()) return;
    cpus_.reserve(workers);
    for (WorkerId w = 0; w < workers; ++w) {
      Stream stream(seed, StreamRole::noise, w);
      const Duration gap = exponential(stream, options.mean_gap);
      cpus_.push_back({stream, gap});
    }
  }

  /// Time that `work` takes on CPU `w`, including pauses.
  [[nodiscard]] Duration stretch(WorkerId w, Duration work) noexcept {
    if (cpus_.empty()) [[likely]]
      return work;
    Cpu& cpu = cpus_[w];
    Duration taken = work;
    while (cpu.until_pause < work) {
      taken += exponential(cpu.stream, options_.mean_pause);
      // A gap of zero would be an endless pause.
      cpu.until_pause += exponential(cpu.stream, options_.mean_gap) + Duration(1);
    }
    cpu.until_pause -= work;
    return taken;
  }

 private:
  struct Cpu {
    Stream stream;
    Duration until_pause;  ///< Computing time left until the next pause.
  };

  const NoiseOptions options_;
  std::vector<Cpu> cpus_;  ///< Empty: no noise.
};

}  // namespace loopsteal
