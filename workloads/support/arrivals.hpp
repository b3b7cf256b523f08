// Arrival processes of an open loop, by name.
#pragma once
#include <cstdint>

#include "sched/core/config/knobs.hpp"
#include "sched/core/time.hpp"
#include "workloads/support/batch.hpp"

namespace loopsteal {

enum class ArrivalKind : std::uint8_t {
  poisson,   ///< Exponential gaps.
  constant,  ///< Equal gaps.
  bursty,    ///< Poisson while on, nothing while off; both phases exponential.
};
inline constexpr Named<ArrivalKind> kArrivalKinds[] = {{"poisson", ArrivalKind::poisson},
                                                       {"constant", ArrivalKind::constant},
                                                       {"bursty", ArrivalKind::bursty}};

struct ArrivalOptions {
  ArrivalKind kind = ArrivalKind::poisson;
  double mean_gap_ns = 100'000;  ///< Average over on- and off-phases. Above 0.
  double burst = 20;             ///< Bursty: mean number of requests in an on-phase.
  double on_share = 0.1;         ///< Bursty: share of the time that is on; above 0, at most 1.
};

/// Variance over squared mean of the gaps. The bursty kind is an interrupted Poisson process, so
/// its gaps are independent and have 1 + 2 burst (1 - on_share)^2.
[[nodiscard]] double squared_variation(const ArrivalOptions& options) noexcept;

/// Arrivals of one run, in sequence. Arrival k is the same under every scheduler.
class Arrivals {
 public:
  Arrivals(const ArrivalOptions& options, std::uint64_t seed) noexcept;

  /// Time of the next arrival since the start of the run; never earlier than the last one.
  [[nodiscard]] Duration next() noexcept;

 private:
  [[nodiscard]] Duration next_gap() noexcept;
  [[nodiscard]] Duration next_constant() noexcept;
  [[nodiscard]] Duration next_bursty() noexcept;
  void begin_phase() noexcept;

  ArrivalOptions options_;
  std::uint64_t seed_;
  double mean_on_gap_ns_;    ///< Mean gap while on.
  Batch<Duration> gaps_;     ///< Exponential, in on-time.
  std::uint64_t index_ = 0;  ///< Of the next arrival, constant only.
  Duration time_{};          ///< Of the last arrival.
  std::uint64_t phase_ = 0;  ///< Of the next on-phase, bursty only.
  Duration on_left_{};       ///< Of the current on-phase.
  Duration off_{};           ///< The off-phase behind it.
};

}  // namespace loopsteal
