#include "bench/measure/numbers.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace loopsteal {
namespace {

// Three digits that count: 1.23, 12.3, 123.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size < 9.995) return fmt::format("{:.2f}", value);
  if (size < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

}  // namespace

std::string human_time(double ns) {
  struct Unit {
    double ns;
    std::string_view name;
  };
  constexpr std::array kUnits = {Unit{1e9, "s"}, Unit{1e6, "ms"}, Unit{1e3, "us"}};
  for (const Unit& unit : kUnits) {
    if (ns >= unit.ns * 0.9995) return fmt::format("{} {}", three_digits(ns / unit.ns), unit.name);
  }
  return fmt::format("{:.0f} ns", ns);
}

std::string human_count(double count) {
  if (count >= 9.995e9) return fmt::format("{} G", three_digits(count / 1e9));
  if (count >= 9.995e6) return fmt::format("{} M", three_digits(count / 1e6));
  const std::string digits = fmt::format("{:.0f}", count);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[i]);
  }
  return grouped;
}

std::string human_share(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 9.95) return fmt::format("{:.1f} %", percent);
  // 99.97 % is not all of it.
  if (percent < 100 && percent >= 99.5) return fmt::format("{:.1f} %", std::min(percent, 99.9));
  return fmt::format("{:.0f} %", percent);
}

std::string human_factor(double value) { return fmt::format("{}x", three_digits(value)); }

std::string human_bytes(std::uint64_t bytes) {
  const double in_mb = static_cast<double>(bytes) / 1e6;
  if (in_mb >= 1'000) return fmt::format("{:.3g} GB", in_mb / 1'000);
  return fmt::format("{:.{}f} MB", in_mb, in_mb < 9.95 ? 1 : 0);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace loopsteal
