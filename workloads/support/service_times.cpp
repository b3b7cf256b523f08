#include "workloads/support/service_times.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

// The usual size is half the mean in both kinds; the rare size makes up for it.
Bimodal bimodal_of(const ServiceOptions& options) noexcept {
  const auto mean_ns = static_cast<double>(options.mean.count());
  const bool mild = options.kind == ServiceKind::bimodal1;
  return {to_duration(0.5 * mean_ns), to_duration((mild ? 5.5 : 500.5) * mean_ns),
          mild ? 0.1 : 0.001};
}

constexpr Mixture::Part kHighBimodal[] = {{0.5, 1}, {0.5, 100}};
constexpr Mixture::Part kExtremeBimodal[] = {{0.995, 0.5}, {0.005, 500}};
constexpr Mixture::Part kRocksDb[] = {{0.5, 1.5}, {0.5, 635}};
constexpr Mixture::Part kTpcc[] = {{0.44, 20}, {0.44, 5.7}, {0.04, 88}, {0.04, 6}, {0.04, 100}};

std::optional<Mixture> mixture_of(const ServiceOptions& options) {
  switch (options.kind) {
    case ServiceKind::high_bimodal:
      return Mixture(kHighBimodal, options.mean);
    case ServiceKind::extreme_bimodal:
      return Mixture(kExtremeBimodal, options.mean);
    case ServiceKind::rocksdb:
      return Mixture(kRocksDb, options.mean);
    case ServiceKind::tpcc:
      return Mixture(kTpcc, options.mean);
    default:
      return std::nullopt;
  }
}

// Sizes that need one random number each.
template <class Sampler>
void draw_each(const Sampler& sampler, const StreamRange& jobs, std::span<Work> into) noexcept {
  std::array<double, 64> uniforms;
  for (std::size_t done = 0; done < into.size(); done += uniforms.size()) {
    const std::span<double> some(uniforms.data(), std::min(uniforms.size(), into.size() - done));
    first_uniforms({jobs.seed, jobs.role, jobs.first + done}, some);
    for (std::size_t i = 0; i < some.size(); ++i) into[done + i] = Work::of(sampler.of(some[i]));
  }
}

void draw_exponentials(double mean_ns, const StreamRange& jobs, std::span<Work> into) noexcept {
  std::array<Duration, 64> sizes;
  for (std::size_t done = 0; done < into.size(); done += sizes.size()) {
    const std::span<Duration> some(sizes.data(), std::min(sizes.size(), into.size() - done));
    first_exponentials({jobs.seed, jobs.role, jobs.first + done}, mean_ns, some);
    for (std::size_t i = 0; i < some.size(); ++i) into[done + i] = Work::of(some[i]);
  }
}

}  // namespace

ServiceTimes::ServiceTimes(const ServiceOptions& options)
    : options_(options),
      bimodal_(bimodal_of(options)),
      lognormal_(options.mean, options.cv2),
      pareto_(options.mean, options.alpha),
      mixture_(mixture_of(options)) {}

Work ServiceTimes::of_job(std::uint64_t seed, std::uint64_t job) const noexcept {
  Work work;
  of_jobs(seed, job, {&work, 1});
  return work;
}

void ServiceTimes::of_jobs(std::uint64_t seed, std::uint64_t first,
                           std::span<Work> into) const noexcept {
  const StreamRange jobs{seed, StreamRole::service, first};
  switch (options_.kind) {
    case ServiceKind::det:
      std::fill(into.begin(), into.end(), Work::of(options_.mean));
      return;
    case ServiceKind::exp:
      return draw_exponentials(static_cast<double>(options_.mean.count()), jobs, into);
    case ServiceKind::bimodal1:
    case ServiceKind::bimodal2:
      return draw_each(bimodal_, jobs, into);
    case ServiceKind::lognormal:
      for (std::size_t i = 0; i < into.size(); ++i) {
        Stream stream(seed, jobs.role, first + i);  // The normal distribution takes a few numbers.
        into[i] = Work::of(lognormal_(stream));
      }
      return;
    case ServiceKind::pareto:
      return draw_each(pareto_, jobs, into);
    case ServiceKind::high_bimodal:
    case ServiceKind::extreme_bimodal:
    case ServiceKind::rocksdb:
    case ServiceKind::tpcc:
      return draw_each(*mixture_, jobs, into);
  }
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
    case ServiceKind::high_bimodal:
    case ServiceKind::extreme_bimodal:
    case ServiceKind::rocksdb:
    case ServiceKind::tpcc:
      return mixture_->squared_variation();
  }
  return 0;
}

}  // namespace loopsteal
