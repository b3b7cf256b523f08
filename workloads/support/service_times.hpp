// Work of a request, by name: the distributions of the papers.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "sched/core/config/knobs.hpp"
#include "sched/core/random/samplers.hpp"
#include "sched/core/time.hpp"
#include "workloads/support/batch.hpp"

namespace loopsteal {

/// Names as users know them; all have the requested mean.
enum class ServiceKind : std::uint8_t {
  det,        ///< All the same.
  exp,        ///< Exponential.
  bimodal1,   ///< 90 % at 0.5, 10 % at 5.5 times the mean (ZygOS bim-1): cv2 2.25.
  bimodal2,   ///< 99.9 % at 0.5, 0.1 % at 500.5 times the mean (ZygOS bim-2): cv2 249.75.
  lognormal,  ///< With squared coefficient of variation `cv2`.
  pareto,     ///< With tail index `alpha`.
  // In the proportions of Persephone's client (maxdml/psp).
  high_bimodal,     ///< Half 1, half 100: cv2 0.961.
  extreme_bimodal,  ///< 99.5 % 0.5, 0.5 % 500: cv2 138.15.
  rocksdb,          ///< Gets and scans: half 1.5, half 635: cv2 0.991.
  tpcc,             ///< Five transactions: 5.7 to 100 at 44, 44, 4, 4 and 4 %: cv2 1.479.
};
inline constexpr Named<ServiceKind> kServiceKinds[] = {
    {"det", ServiceKind::det},
    {"exp", ServiceKind::exp},
    {"bimodal1", ServiceKind::bimodal1},
    {"bimodal2", ServiceKind::bimodal2},
    {"lognormal", ServiceKind::lognormal},
    {"pareto", ServiceKind::pareto},
    {"high_bimodal", ServiceKind::high_bimodal},
    {"extreme_bimodal", ServiceKind::extreme_bimodal},
    {"rocksdb", ServiceKind::rocksdb},
    {"tpcc", ServiceKind::tpcc}};

struct ServiceOptions {
  ServiceKind kind = ServiceKind::exp;
  Duration mean = std::chrono::microseconds(100);
  double cv2 = 4;      ///< Of the lognormal only.
  double alpha = 2.5;  ///< Of the Pareto only; above 1.
};

/// Sizes of jobs by index: job k has the same size under every scheduler. Immutable once made.
class ServiceTimes {
 public:
  explicit ServiceTimes(const ServiceOptions& options);

  /// Size of job `job` in a run with `seed`.
  [[nodiscard]] Work of_job(std::uint64_t seed, std::uint64_t job) const noexcept;

  /// Sizes of job `first` and the following ones, as many as `into` has elements: of_job() for
  /// each, faster.
  void of_jobs(std::uint64_t seed, std::uint64_t first, std::span<Work> into) const noexcept;

  /// Variance over squared mean; infinite for a Pareto with alpha up to 2.
  [[nodiscard]] double squared_variation() const noexcept;

 private:
  ServiceOptions options_;
  Bimodal bimodal_;
  Lognormal lognormal_;
  Pareto pareto_;
  std::optional<Mixture> mixture_;
};

/// Sizes of all jobs of one run, in sequence.
class ServiceSequence {
 public:
  ServiceSequence(const ServiceOptions& options, std::uint64_t seed)
      : times_(options), seed_(seed) {}

  [[nodiscard]] Work next() noexcept {
    return works_.next(
        [this](std::uint64_t first, std::span<Work> into) { times_.of_jobs(seed_, first, into); });
  }

 private:
  ServiceTimes times_;
  std::uint64_t seed_;
  Batch<Work> works_;
};

}  // namespace loopsteal
