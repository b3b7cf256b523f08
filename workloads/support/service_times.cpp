#include "workloads/support/service_times.hpp"

#include <limits>

#include "sched/core/random.hpp"

namespace loopsteal {
namespace {

// The usual size is half the mean in both; the rare one makes up for it.
Bimodal bimodal_of(const ServiceOptions& options) noexcept {
  const auto mean_ns = static_cast<double>(options.mean.count());
  const bool mild = options.kind == ServiceKind::bimodal1;
  return {to_duration(0.5 * mean_ns), to_duration((mild ? 5.5 : 500.5) * mean_ns),
          mild ? 0.1 : 0.001};
}

}  // namespace

ServiceTimes::ServiceTimes(const ServiceOptions& options) noexcept
    : options_(options),
      bimodal_(bimodal_of(options)),
      lognormal_(options.mean, options.cv2),
      pareto_(options.mean, options.alpha) {}

Work ServiceTimes::of_job(std::uint64_t seed, std::uint64_t job) const noexcept {
  Stream stream(seed, StreamRole::service, job);
  switch (options_.kind) {
    case ServiceKind::det:
      return Work::of(options_.mean);
    case ServiceKind::exp:
      return Work::of(exponential(stream, options_.mean));
    case ServiceKind::bimodal1:
    case ServiceKind::bimodal2:
      return Work::of(bimodal_(stream));
    case ServiceKind::lognormal:
      return Work::of(lognormal_(stream));
    case ServiceKind::pareto:
      return Work::of(pareto_(stream));
  }
  return Work::of(options_.mean);
}

double ServiceTimes::squared_variation() const noexcept {
  switch (options_.kind) {
    case ServiceKind::det:
      return 0;
    case ServiceKind::exp:
      return 1;
    case ServiceKind::bimodal1:
      return 2.25;
    case ServiceKind::bimodal2:
      return 249.75;
    case ServiceKind::lognormal:
      return options_.cv2;
    case ServiceKind::pareto:
      if (options_.alpha <= 2) return std::numeric_limits<double>::infinity();
      return 1 / (options_.alpha * (options_.alpha - 2));
  }
  return 0;
}

}  // namespace loopsteal
