// Logarithm and exponential with the same bits on every machine.
//
// The C library's own functions may differ in the last bit from one processor or version to the
// next, and one such bit in one sampled time changes every event after it. These functions use only
// additions, multiplications and divisions of IEEE doubles, in a fixed order. The file is compiled
// with -ffp-contract=off, so that none of them is fused. They are accurate to about 1e-15, which is
// enough for sampling; elsewhere, use <cmath>.
#pragma once

namespace loopsteal {

/// Natural logarithm of a positive, finite, normal `value`; absolute error below 1e-15 * max(1,
/// |log|).
[[nodiscard]] double portable_log(double value) noexcept;

/// e to the power `exponent`; relative error below 4e-15. 0 below the range of normal doubles,
/// infinity above it.
[[nodiscard]] double portable_exp(double exponent) noexcept;

/// `base` to the power `exponent`, for a positive, finite, normal `base`.
[[nodiscard]] double portable_power(double base, double exponent) noexcept;

}  // namespace loopsteal
