#include "workloads/support/arrivals.hpp"

#include "sched/core/random/random.hpp"
#include "sched/core/random/samplers.hpp"

namespace loopsteal {
namespace {

// Phases draw from indices that no arrival reaches.
constexpr std::uint64_t kPhaseIndex = std::uint64_t{1} << 63;

Duration exponential_ns(Stream& stream, double mean_ns) noexcept {
  return to_duration(mean_ns * unit_exponential(stream));
}

}  // namespace

double squared_variation(const ArrivalOptions& options) noexcept {
  switch (options.kind) {
    case ArrivalKind::poisson:
      return 1;
    case ArrivalKind::constant:
      return 0;
    case ArrivalKind::bursty: {
      const double off_share = 1 - options.on_share;
      return 1 + 2 * options.burst * off_share * off_share;
    }
  }
  return 0;
}

Arrivals::Arrivals(const ArrivalOptions& options, std::uint64_t seed) noexcept
    : options_(options),
      seed_(seed),
      mean_on_gap_ns_(options.kind == ArrivalKind::bursty ? options.mean_gap_ns * options.on_share
                                                          : options.mean_gap_ns) {
  if (options_.kind == ArrivalKind::bursty) begin_phase();
}

Duration Arrivals::next() noexcept {
  switch (options_.kind) {
    case ArrivalKind::poisson:
      time_ += next_gap();
      break;
    case ArrivalKind::constant:
      time_ = next_constant();
      break;
    case ArrivalKind::bursty:
      time_ = next_bursty();
      break;
  }
  return time_;
}

Duration Arrivals::next_gap() noexcept {
  return gaps_.next([this](std::uint64_t first, std::span<Duration> into) {
    first_exponentials({seed_, StreamRole::arrivals, first}, mean_on_gap_ns_, into);
  });
}

// Computed from the index, so that rounding errors do not add up.
Duration Arrivals::next_constant() noexcept {
  return to_duration(options_.mean_gap_ns * static_cast<double>(++index_));
}

// A Poisson process that runs only while the phase is on: the rest of a gap at the end of a phase
// continues in the next one.
Duration Arrivals::next_bursty() noexcept {
  Duration gap = next_gap();
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
