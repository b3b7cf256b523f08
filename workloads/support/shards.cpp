#include "workloads/support/shards.hpp"

#include "sched/core/random/random.hpp"

namespace loopsteal {

Shards::Shards(const ShardOptions& options, std::uint64_t seed) : options_(options), seed_(seed) {
  if (options.zipf) zipf_.emplace(options.shards, *options.zipf);
}

AffinityKey Shards::of_job(std::uint64_t job) const noexcept {
  Stream stream(seed_, StreamRole::keys, job);
  if (zipf_) return static_cast<AffinityKey>((*zipf_)(stream));
  if (options_.shards == 1 || stream.uniform() < options_.hot) return 0;
  return static_cast<AffinityKey>(1 + stream.below(options_.shards - 1));
}

}  // namespace loopsteal
