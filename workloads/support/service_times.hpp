// How much work a request is, by name: the distributions of the papers.
#pragma once
#include <cstdint>

#include "sched/core/knobs.hpp"
#include "sched/core/samplers.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Names as users know them; all have the mean that is asked for.
enum class ServiceKind : std::uint8_t {
  det,        ///< All the same.
  exp,        ///< Exponential.
  bimodal1,   ///< 90 % at 0.5, 10 % at 5.5 times the mean (ZygOS bim-1): cv2 2.25.
  bimodal2,   ///< 99.9 % at 0.5, 0.1 % at 500.5 times the mean (ZygOS bim-2): cv2 249.75.
  lognormal,  ///< With squared coefficient of variation `cv2`.
  pareto,     ///< With tail index `alpha`.
};
inline constexpr Named<ServiceKind> kServiceKinds[] = {{"det", ServiceKind::det},
                                                       {"exp", ServiceKind::exp},
                                                       {"bimodal1", ServiceKind::bimodal1},
                                                       {"bimodal2", ServiceKind::bimodal2},
                                                       {"lognormal", ServiceKind::lognormal},
                                                       {"pareto", ServiceKind::pareto}};

struct ServiceOptions {
  ServiceKind kind = ServiceKind::exp;
  Duration mean = std::chrono::microseconds(100);
  double cv2 = 4;      ///< Of the lognormal only.
  double alpha = 2.5;  ///< Of the Pareto only; above 1.
};

/// Sizes of jobs by index: job k has the same size under every scheduler. Immutable once made.
class ServiceTimes {
 public:
  explicit ServiceTimes(const ServiceOptions& options) noexcept;

  /// Size of job `job` in a run with `seed`.
  [[nodiscard]] Work of_job(std::uint64_t seed, std::uint64_t job) const noexcept;

  /// Variance over squared mean; infinite for a Pareto with alpha up to 2.
  [[nodiscard]] double squared_variation() const noexcept;

 private:
  ServiceOptions options_;
  Bimodal bimodal_;
  Lognormal lognormal_;
  Pareto pareto_;
};

}  // namespace loopsteal
