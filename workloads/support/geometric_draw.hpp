// A geometrically distributed number of children, drawn from 31 random bits as UTS draws it.
//
// UTS defines it by logarithms, floor(ln(1 - share) / ln(1 - p)), one of them for each node. The
// result never decreases as the random number grows, so only the numbers at which it increases
// matter. The constructor finds them once, with the very same expression; a draw compares with each
// of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace loopsteal {

/// One distribution. Immutable once made: any number of threads may use one.
class GeometricDraw {
 public:
  /// The benchmark's own limit of a draw.
  static constexpr std::int32_t kMost = 100;

  /// `log_failure` is ln(1 - p); minus infinity if only 0 is drawn.
  explicit GeometricDraw(double log_failure) noexcept;

  /// Draw for `number`, from 0 on: equal to by_formula(), to the bit.
  [[nodiscard]] std::int32_t operator()(std::int32_t number) const noexcept {
    std::int32_t drawn = 0;
    for (const std::int32_t last : last_below_) drawn += number > last;  // Vectorised, all of them.
    if (drawn < static_cast<std::int32_t>(kTabulated)) [[likely]]
      return drawn;
    return by_formula(number, log_failure_);
  }

  /// The definition.
  [[nodiscard]] static std::int32_t by_formula(std::int32_t number, double log_failure) noexcept;

 private:
  // With the means that UTS uses, fewer than one draw in a hundred reaches this.
  static constexpr std::size_t kTabulated = 32;

  /// [k]: the last number that draws k or less.
  std::array<std::int32_t, kTabulated> last_below_;
  double log_failure_;
};

}  // namespace loopsteal
