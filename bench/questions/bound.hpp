// Thresholds and chosen numbers that print themselves, so that a test and the sentence that states
// it come from one value.
#pragma once

#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "bench/questions/answer.hpp"

namespace loopsteal::questions {

/// A number that a question chose, with all of its digits: "5 %", "1.2x", "10 us", "4,096".
/// text_of() prints measured numbers, with three digits.
[[nodiscard]] std::string stated(double value, Unit unit);

/// A time as specs have it: "10us".
[[nodiscard]] std::string spec_time(double ns);

/// The first and the last of rising numbers: "50 to 90 %", "10 ns to 100 us".
[[nodiscard]] std::string stated_range(double first, double last, Unit unit);
template <std::ranges::bidirectional_range Numbers>
[[nodiscard]] std::string stated_range(const Numbers& numbers, Unit unit) {
  return stated_range(static_cast<double>(*std::ranges::begin(numbers)),
                      static_cast<double>(*std::ranges::prev(std::ranges::end(numbers))), unit);
}

/// What a ratio must be for a claim to hold. Prints as the part of the sentence that says so.
class Bound {
 public:
  /// "within 3 %": off by less in either direction.
  [[nodiscard]] static constexpr Bound within(double share) { return {Kind::within, share}; }
  /// "over 5x".
  [[nodiscard]] static constexpr Bound over(double factor) { return {Kind::over, factor}; }
  /// "under 0.8x".
  [[nodiscard]] static constexpr Bound under(double factor) { return {Kind::under, factor}; }
  /// "over 5 % longer".
  [[nodiscard]] static constexpr Bound longer(double share) { return {Kind::longer, share}; }
  /// "over 5 % shorter".
  [[nodiscard]] static constexpr Bound shorter(double share) { return {Kind::shorter, share}; }
  /// "less than 5 % longer": shorter will do, too.
  [[nodiscard]] static constexpr Bound hardly_longer(double share) {
    return {Kind::hardly_longer, share};
  }
  /// "less than 5 % shorter": longer will do, too.
  [[nodiscard]] static constexpr Bound hardly_shorter(double share) {
    return {Kind::hardly_shorter, share};
  }

  /// Whether the interval lies inside; on the edge it does not.
  [[nodiscard]] bool holds(const Estimate& ratio) const;
  [[nodiscard]] bool holds(double ratio) const { return holds(Estimate{ratio, ratio, ratio}); }

  [[nodiscard]] std::string text() const;

  /// Ends of what holds, 0 and infinity where there are none.
  [[nodiscard]] double low() const;
  [[nodiscard]] double high() const;

 private:
  enum class Kind : std::uint8_t {
    within,
    over,
    under,
    longer,
    shorter,
    hardly_longer,
    hardly_shorter
  };
  constexpr Bound(Kind kind, double number) : kind_(kind), number_(number) {}

  Kind kind_;
  double number_;
};

/// A claim that a ratio keeps to a bound; `what` is a sentence with the bound in it.
[[nodiscard]] Claim ratio_claim(std::string what, const Estimate& ratio, const Bound& bound);

/// Whether a simulated number is that of theory: within a tolerance and twice the half-width of its
/// interval. One interval in twenty misses, and a curve has many of them.
class TheoryBound {
 public:
  explicit constexpr TheoryBound(double tolerance) : tolerance_(tolerance) {}
  [[nodiscard]] bool holds(const Estimate& found, double theory) const;
  /// "within 2 % and twice the half-width".
  [[nodiscard]] std::string text() const;

 private:
  double tolerance_;
};

}  // namespace loopsteal::questions

template <>
struct fmt::formatter<loopsteal::questions::Bound> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const loopsteal::questions::Bound& bound, Context& context) const {
    return fmt::formatter<std::string>::format(bound.text(), context);
  }
};
template <>
struct fmt::formatter<loopsteal::questions::TheoryBound> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const loopsteal::questions::TheoryBound& bound, Context& context) const {
    return fmt::formatter<std::string>::format(bound.text(), context);
  }
};
