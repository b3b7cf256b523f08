// Delays counted in bins of equal width within each power of two (HdrHistogram's idea). A few bit
// operations find the bin, errors are relative, and histograms of workers and of runs merge by
// addition.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sched/core/time.hpp"

namespace loopsteal {

/// Bins of one power of two: 64, so a bin is at most 1/64 as wide as its lower bound.
inline constexpr int kDelayPrecisionBits = 6;
inline constexpr std::size_t kDelayBinsAnOctave = std::size_t{1} << kDelayPrecisionBits;
/// The first octave counts 0 to 63 ns one by one; with the others, all 64 bits are covered.
inline constexpr std::size_t kDelayOctaves = 64 - kDelayPrecisionBits + 1;
inline constexpr std::size_t kDelayBins = kDelayOctaves * kDelayBinsAnOctave;

/// Largest difference between the middle of a bin and a delay in the bin, relative to the delay.
inline constexpr double kDelayRelativeError = 0.5 / static_cast<double>(kDelayBinsAnOctave);

/// The bin that counts `ns`.
[[nodiscard]] constexpr std::size_t delay_bin(std::uint64_t ns) noexcept {
  if (ns < kDelayBinsAnOctave) return static_cast<std::size_t>(ns);
  const int shift = static_cast<int>(std::bit_width(ns)) - 1 - kDelayPrecisionBits;
  // The leading bit of ns >> shift increments the octave by one.
  return (static_cast<std::size_t>(shift) << kDelayPrecisionBits) +
         static_cast<std::size_t>(ns >> shift);
}

/// The smallest delay of `bin`, in ns.
[[nodiscard]] constexpr std::uint64_t delay_bin_lower(std::size_t bin) noexcept {
  if (bin < kDelayBinsAnOctave) return bin;
  const std::size_t shift = bin / kDelayBinsAnOctave - 1;
  return static_cast<std::uint64_t>(kDelayBinsAnOctave + bin % kDelayBinsAnOctave) << shift;
}

/// The largest delay of `bin`, in ns, included.
[[nodiscard]] constexpr std::uint64_t delay_bin_upper(std::size_t bin) noexcept {
  if (bin < kDelayBinsAnOctave) return bin;
  const std::size_t shift = bin / kDelayBinsAnOctave - 1;
  return delay_bin_lower(bin) + ((std::uint64_t{1} << shift) - 1);
}

/// The reported value of a delay in `bin`, in ns.
[[nodiscard]] constexpr std::uint64_t delay_bin_middle(std::size_t bin) noexcept {
  const std::uint64_t lower = delay_bin_lower(bin);
  return lower + (delay_bin_upper(bin) - lower) / 2;
}

/// Number of delays in `bins`.
[[nodiscard]] std::uint64_t delay_count(std::span<const std::uint64_t> bins) noexcept;

/// The smallest delay that at least the share `q` of all delays do not exceed (the nearest rank),
/// in ns, within kDelayRelativeError. `bins` are counts by bin, kDelayBins of them or none; 0 <= q
/// <= 1. 0 if nothing was counted.
[[nodiscard]] std::uint64_t delay_quantile_ns(std::span<const std::uint64_t> bins,
                                              double q) noexcept;

/// Adds the counts of `from` to those of `into`, which may be empty.
void merge_delays(std::vector<std::uint64_t>& into, std::span<const std::uint64_t> from);

/// Delays of one worker: only that worker may add while it runs. Its octaves are in separate cache
/// lines and are allocated on first use, so that memory grows with the range of the delays.
class DelayHistogram {
 public:
  /// A negative delay counts as zero: clocks of two CPUs may differ by some ns. If memory runs out,
  /// the program ends.
  void add(Duration delay) noexcept {
    const std::size_t bin =
        delay.count() > 0 ? delay_bin(static_cast<std::uint64_t>(delay.count())) : 0;
    std::unique_ptr<Octave>& octave = octaves_[bin / kDelayBinsAnOctave];
    if (octave == nullptr) [[unlikely]]
      octave = std::make_unique<Octave>();
    ++octave->counts[bin % kDelayBinsAnOctave];
  }

  /// Adds the counts to `bins`, which may be empty. Call while the worker does not run.
  void add_to(std::vector<std::uint64_t>& bins) const;

 private:
  struct alignas(64) Octave {
    std::array<std::uint64_t, kDelayBinsAnOctave> counts{};
  };

  std::array<std::unique_ptr<Octave>, kDelayOctaves> octaves_;
};

}  // namespace loopsteal
