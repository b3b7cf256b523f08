#include "bench/questions/bound.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "bench/measure/numbers.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

// A time in the largest unit of which it has one or more: number and unit, with `gap` between them.
std::string time_text(double ns, std::string_view gap) {
  struct TimeUnit {
    double ns;
    std::string_view name;
  };
  constexpr std::array kUnits = {TimeUnit{1e9, "s"}, TimeUnit{1e6, "ms"}, TimeUnit{1e3, "us"}};
  for (const TimeUnit& unit : kUnits) {
    if (ns >= unit.ns) return fmt::format("{:.6g}{}{}", ns / unit.ns, gap, unit.name);
  }
  return fmt::format("{:.6g}{}ns", ns, gap);
}

}  // namespace

std::string stated(double value, Unit unit) {
  switch (unit) {
    case Unit::time:
      return time_text(value, " ");
    case Unit::share:
      return fmt::format("{:.6g} %", value * 100);
    case Unit::factor:
      return fmt::format("{:.6g}x", value);
    case Unit::count:
      return value < 1000 ? fmt::format("{:.6g}", value) : human_count(value);
    case Unit::none:
      break;
  }
  return fmt::format("{:.6g}", value);
}

std::string spec_time(double ns) { return time_text(ns, ""); }

std::string stated_range(double first, double last, Unit unit) {
  const std::string from = stated(first, unit);
  const std::string to = stated(last, unit);
  const auto name_of = [](const std::string& text) {
    const std::size_t gap = text.find(' ');
    return gap == std::string::npos ? std::string() : text.substr(gap);
  };
  const std::string name = name_of(from);
  // A unit that both have is said once.
  const bool shared = !name.empty() && name == name_of(to);
  return fmt::format("{} to {}", shared ? from.substr(0, from.size() - name.size()) : from, to);
}

double Bound::low() const {
  switch (kind_) {
    case Kind::within:
    case Kind::hardly_shorter:
      return 1 - number_;
    case Kind::over:
      return number_;
    case Kind::longer:
      return 1 + number_;
    case Kind::under:
    case Kind::shorter:
    case Kind::hardly_longer:
      break;
  }
  return 0;
}

double Bound::high() const {
  switch (kind_) {
    case Kind::within:
    case Kind::hardly_longer:
      return 1 + number_;
    case Kind::under:
      return number_;
    case Kind::shorter:
      return 1 - number_;
    case Kind::over:
    case Kind::longer:
    case Kind::hardly_shorter:
      break;
  }
  return std::numeric_limits<double>::infinity();
}

bool Bound::holds(const Estimate& ratio) const { return ratio.above(low()) && ratio.below(high()); }

std::string Bound::text() const {
  const std::string share = stated(number_, Unit::share);
  switch (kind_) {
    case Kind::within:
      return "within " + share;
    case Kind::over:
      return "over " + stated(number_, Unit::factor);
    case Kind::under:
      return "under " + stated(number_, Unit::factor);
    case Kind::longer:
      return fmt::format("over {} longer", share);
    case Kind::shorter:
      return fmt::format("over {} shorter", share);
    case Kind::hardly_longer:
      return fmt::format("less than {} longer", share);
    case Kind::hardly_shorter:
      break;
  }
  return fmt::format("less than {} shorter", share);
}

Claim ratio_claim(std::string what, const Estimate& ratio, const Bound& bound) {
  return {std::move(what), bound.holds(ratio), text_of(ratio, Unit::factor)};
}

bool TheoryBound::holds(const Estimate& found, double theory) const {
  const double half_width = (found.high - found.low) / 2 / theory;
  return std::abs(found.value / theory - 1) <= tolerance_ + 2 * half_width;
}

std::string TheoryBound::text() const {
  return fmt::format("within {} and twice the half-width", stated(tolerance_, Unit::share));
}

}  // namespace loopsteal::questions
