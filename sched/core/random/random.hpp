// Random numbers: two generators for two purposes.
//
// `Stream` is for the workload: arrivals, sizes, keys. It is counter-based (Philox4x32-10), so a
// number depends only on (seed, role, index, draw) and not on the order of the draws. Job k has the
// same arrival and the same size under every scheduler, and policies are compared on the same
// input. `FastRandom` is for the scheduler: a worker's choice of a victim, a few nanoseconds a
// draw.
//
// Neither uses the standard library's distributions, whose results differ between libraries.
// samplers.hpp has the samplers of times and keys.
#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace loopsteal {

/// One block of Philox4x32-10 (Salmon and others, SC'11): a bijection of a 128-bit counter under
/// a 64-bit key. Word 0 is the least significant one, as in the authors' known answers.
using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;
[[nodiscard]] PhiloxCounter philox4x32_10(PhiloxCounter counter, PhiloxKey key) noexcept;

/// Scales 32 random bits to [0, bound), in one multiplication. Its bias is below bound / 2^32: good
/// enough for choosing among workers. `Stream::below` is unbiased.
[[nodiscard]] constexpr std::uint32_t scale_to(std::uint32_t word, std::uint32_t bound) noexcept {
  return static_cast<std::uint32_t>((std::uint64_t{word} * bound) >> 32);
}

/// 64 random bits as a number of [0, 1): a multiple of 2^-53.
[[nodiscard]] constexpr double unit_interval(std::uint64_t bits) noexcept {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

/// Purpose of a stream. Streams of different roles are independent, so a policy that draws more
/// victims does not shift the arrivals. The values define the meaning of a seed: never renumber
/// them.
enum class StreamRole : std::uint32_t {
  arrivals = 0,   ///< Gaps between requests; index = request or burst.
  service = 1,    ///< Sizes of jobs; index = job.
  placement = 2,  ///< Worker or loop of a job; index = job or worker.
  victim = 3,     ///< Victim of a worker's steal; index = worker.
  keys = 4,       ///< Shard or key of a job; index = job.
  noise = 5,      ///< Disturbances added on purpose; index = worker.
  structure = 6,  ///< Shapes of generated inputs (trees, graphs); index = node.
};

/// Random numbers of one (seed, role, index). Two streams of the same three yield the same numbers.
/// A value type; one thread at a time.
class Stream {
 public:
  Stream(std::uint64_t seed, StreamRole role, std::uint64_t index) noexcept
      : seed_(seed), role_(role), index_(index) {}

  /// The next 64 random bits.
  [[nodiscard]] std::uint64_t next_u64() noexcept;

  /// Uniform on [0, 1): a multiple of 2^-53.
  [[nodiscard]] double uniform() noexcept { return unit_interval(next_u64()); }

  /// Uniform on [0, bound), without bias (Lemire's multiplication with rejection). `bound` > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;

 private:
  std::uint64_t seed_;
  StreamRole role_;
  std::uint32_t next_block_ = 0;  // 2^32 blocks of two draws each: more than any stream needs.
  std::uint64_t index_;
  std::uint64_t second_half_ = 0;  // A block yields two draws; this is the second.
  bool has_second_half_ = false;
};

/// Streams of one seed and role with consecutive indices: those of jobs `first`, `first` + 1, ...
struct StreamRange {
  std::uint64_t seed;
  StreamRole role;
  std::uint64_t first;
};

/// The first uniform() of each stream of the range, as many as `into` has elements: the same
/// numbers as from Streams made one by one, in half the time or less.
void first_uniforms(const StreamRange& streams, std::span<double> into) noexcept;

/// A worker's own generator: xorshift with two words of 32 bits and shifts 17, 7, 16; their sum is
/// the output. The generator and its scaling are those of Tokio's runtime (util/rand.rs). Eight
/// bytes of state, no lock: belongs to one worker.
class FastRandom {
 public:
  explicit FastRandom(std::uint64_t seed) noexcept
      : one_(static_cast<std::uint32_t>(seed >> 32)), two_(static_cast<std::uint32_t>(seed)) {
    if (two_ == 0) two_ = 1;  // Both words zero would be a fixed point.
  }

  /// Generator of worker `worker` in a run with `seed`: each worker has its own sequence.
  [[nodiscard]] static FastRandom for_worker(std::uint64_t seed, std::uint32_t worker) noexcept {
    return FastRandom(Stream(seed, StreamRole::victim, worker).next_u64());
  }

  [[nodiscard]] std::uint32_t next_u32() noexcept {
    std::uint32_t mixed = one_;
    const std::uint32_t previous = two_;
    mixed ^= mixed << 17;
    mixed = mixed ^ previous ^ (mixed >> 7) ^ (previous >> 16);
    one_ = previous;
    two_ = mixed;
    return previous + mixed;
  }

  /// Uniform on [0, bound) up to a bias of bound / 2^32; 0 if `bound` is 0.
  [[nodiscard]] std::uint32_t next_below(std::uint32_t bound) noexcept {
    return scale_to(next_u32(), bound);
  }

 private:
  std::uint32_t one_;
  std::uint32_t two_;
};

}  // namespace loopsteal
