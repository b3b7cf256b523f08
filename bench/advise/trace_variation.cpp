#include "bench/advise/trace_variation.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

constexpr double kPowerMax = 8;
constexpr int kHalvings = 60;  // More than the bits of a double.
constexpr double kNear = 1e-3;

struct Sizes {
  double mean = 0;
  double cv2 = 0;
};

Sizes sizes_of(std::span<const double> values) {
  Sizes sizes;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) sizes.mean += value / n;
  if (sizes.mean == 0) return sizes;
  for (const double value : values) {
    const double off = value / sizes.mean - 1;
    sizes.cv2 += off * off / n;
  }
  return sizes;
}

// Relative to the largest value; otherwise powers would overflow a double.
std::vector<double> raised(std::span<const double> values, double power) {
  const double largest = std::ranges::max(values);
  std::vector<double> result;
  for (const double value : values) {
    result.push_back(value > 0 ? std::pow(value / largest, power) : 0);
  }
  return result;
}

// The power that gives the variation `cv2`; the variation grows with the power.
double power_for(std::span<const double> values, double cv2) {
  double low = 0;
  double high = kPowerMax;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (sizes_of(raised(values, middle)).cv2 < cv2 ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

std::vector<TraceRequest> with_arrivals(std::span<const TraceRequest> trace, double factor) {
  std::vector<TraceRequest> result(trace.begin(), trace.end());
  for (TraceRequest& request : result) {
    const auto arrival_ns = static_cast<double>(request.arrival.count());
    request.arrival = Duration(std::llround(arrival_ns / factor));
  }
  return result;
}

std::optional<std::vector<TraceRequest>> with_variation(std::span<const TraceRequest> trace,
                                                        double factor) {
  std::vector<double> values;
  std::ranges::transform(trace, std::back_inserter(values), [](const TraceRequest& request) {
    return static_cast<double>(request.service.ns);
  });
  const Sizes before = values.empty() ? Sizes{} : sizes_of(values);
  if (before.cv2 == 0) return std::nullopt;
  const std::vector<double> other = raised(values, power_for(values, before.cv2 * factor));
  const Sizes after = sizes_of(other);
  if (std::abs(after.cv2 / (before.cv2 * factor) - 1) > kNear) return std::nullopt;
  std::vector<TraceRequest> result(trace.begin(), trace.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i].service.ns = std::llround(other[i] * before.mean / after.mean);
  }
  return result;
}

std::vector<TraceRequest> with_blocks_drawn_anew(std::span<const TraceRequest> trace,
                                                 std::uint64_t seed) {
  const std::size_t n = trace.size();
  const auto block = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n))));
  std::vector<TraceRequest> result;
  Stream draws(seed, StreamRole::structure, 0);
  Duration time{};
  std::size_t from = 0;
  for (std::size_t i = 0; i < n; ++i, ++from) {
    if (i % block == 0) from = draws.below(n);
    TraceRequest request = trace[from % n];
    const bool first = from % n == 0;
    time += first ? request.arrival : request.arrival - trace[from % n - 1].arrival;
    request.arrival = time;
    result.push_back(request);
  }
  return result;
}

std::string print_trace(std::span<const TraceRequest> trace) {
  const bool keys =
      std::ranges::any_of(trace, [](const TraceRequest& request) { return request.key != kNoKey; });
  std::string text = keys ? "arrival_s,service_s,key\n" : "arrival_s,service_s\n";
  const auto out = std::back_inserter(text);
  const auto seconds = [&](std::int64_t ns) {
    fmt::format_to(out, "{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000);
  };
  for (const TraceRequest& request : trace) {
    seconds(request.arrival.count());
    text += ',';
    seconds(request.service.ns);
    if (keys) fmt::format_to(out, ",{}", request.key);
    text += '\n';
  }
  return text;
}

}  // namespace loopsteal
