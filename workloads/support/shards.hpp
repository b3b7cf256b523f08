// Shards of jobs: one hot shard, or Zipf's law.
#pragma once
#include <cstdint>
#include <optional>

#include "sched/core/job.hpp"
#include "sched/core/random/samplers.hpp"

namespace loopsteal {

struct ShardOptions {
  std::uint32_t shards = 16;
  double hot = 0.9;  ///< Share of the jobs that belong to shard 0; the rest is spread evenly.
  std::optional<double> zipf{};  ///< If set: the exponent of Zipf's law, instead of `hot`.
};

/// Shards of jobs by index: job k belongs to the same shard under every scheduler. Immutable once
/// made.
class Shards {
 public:
  Shards(const ShardOptions& options, std::uint64_t seed);

  [[nodiscard]] AffinityKey of_job(std::uint64_t job) const noexcept;

 private:
  ShardOptions options_;
  std::uint64_t seed_;
  std::optional<Zipf> zipf_;
};

}  // namespace loopsteal
