#include "workloads/support/arrivals.hpp"

#include "sched/core/random.hpp"
#include "sched/core/samplers.hpp"

namespace loopsteal {
namespace {

// Phases draw from indices that no arrival reaches.
constexpr std::uint64_t kPhaseIndex = std::uint64_t{1} << 63;

Duration exponential_ns(Stream& stream, double mean_ns) noexcept {
  return to_duration(mean_ns * unit_exponential(stream));
}

}  // namespace

Arrivals::Arrivals(const ArrivalOptions& options, std::uint64_t seed) noexcept
    : options_(options), seed_(seed) {
  if (options_.kind == ArrivalKind::bursty) begin_phase();
}

Duration Arrivals::next() noexcept {
  switch (options_.kind) {
    case ArrivalKind::poisson: {
      Stream stream(seed_, StreamRole::arrivals, index_);
      time_ += exponential_ns(stream, options_.mean_gap_ns);
      break;
    }
    case ArrivalKind::constant:
      // From the index, so that rounding does not add up.
      time_ = to_duration(options_.mean_gap_ns * static_cast<double>(index_ + 1));
      break;
    case ArrivalKind::bursty:
      time_ = next_bursty();
      break;
  }
  ++index_;
  return time_;
}

// A Poisson process that runs only while the phase is on: what is left of a gap when a phase ends
// is waited for in the next one.
Duration Arrivals::next_bursty() noexcept {
  Stream stream(seed_, StreamRole::arrivals, index_);
  Duration gap = exponential_ns(stream, options_.mean_gap_ns * options_.on_share);
  Duration time = time_;
  while (gap > on_left_) {
    gap -= on_left_;
    time += on_left_ + off_;
    begin_phase();
  }
  on_left_ -= gap;
  return time + gap;
}

void Arrivals::begin_phase() noexcept {
  Stream stream(seed_, StreamRole::arrivals, kPhaseIndex + phase_++);
  const double mean_on_ns = options_.burst * options_.mean_gap_ns * options_.on_share;
  on_left_ = exponential_ns(stream, mean_on_ns);
  off_ = exponential_ns(stream, mean_on_ns * (1 - options_.on_share) / options_.on_share);
}

}  // namespace loopsteal
