#include "sched/core/random/portable_math.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace loopsteal {
namespace {

constexpr int kMantissaBits = 52;
constexpr std::int64_t kExponentBias = 1023;
// ln 2 in two parts: the first has its low 21 bits clear, so that its product with an exponent is
// exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// The mantissa's range [1, 2) is cut in 128 pieces. `inverse` is the rounded reciprocal of a
// piece's midpoint, `log` minus the logarithm of `inverse`.
constexpr int kLogPieceBits = 7;
constexpr std::size_t kLogPieces = std::size_t{1} << kLogPieceBits;
struct LogPiece {
  double inverse;
  double log;
};

// ln(x) for x in [1/2, 2] by the series of the inverse hyperbolic tangent, |t| <= 1/3: 18 terms.
constexpr double series_log(double x) {
  const double t = (x - 1) / (x + 1);
  const double square = t * t;
  double sum = 0;
  for (int k = 17; k >= 0; --k) sum = sum * square + 1.0 / (2 * k + 1);
  return 2 * t * sum;
}

// e^x for |x| < 0.7 by its Taylor series.
constexpr double series_exp(double x) {
  double sum = 1;
  for (int k = 20; k >= 1; --k) sum = 1 + sum * x / k;
  return sum;
}

constexpr std::array<LogPiece, kLogPieces> make_log_pieces() {
  std::array<LogPiece, kLogPieces> pieces{};
  for (std::size_t i = 0; i < kLogPieces; ++i) {
    const double midpoint = 1.0 + (static_cast<double>(i) + 0.5) / kLogPieces;
    pieces[i] = {1.0 / midpoint, -series_log(1.0 / midpoint)};
  }
  return pieces;
}

// 2^(i/64), i = 0..63.
constexpr std::size_t kExpPieces = 64;
constexpr double kLn2 = 0x1.62e42fefa39efp-1;
constexpr std::array<double, kExpPieces> make_exp_pieces() {
  std::array<double, kExpPieces> pieces{};
  for (std::size_t i = 0; i < kExpPieces; ++i)
    pieces[i] = series_exp(kLn2 * static_cast<double>(i) / kExpPieces);
  return pieces;
}

// Computed by the compiler, whose arithmetic is exact IEEE for any target.
constexpr std::array<LogPiece, kLogPieces> kLogTable = make_log_pieces();
constexpr std::array<double, kExpPieces> kExpTable = make_exp_pieces();

}  // namespace

double portable_log(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto exponent = static_cast<std::int64_t>(bits >> kMantissaBits) - kExponentBias;
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  const LogPiece& piece = kLogTable[fraction >> (kMantissaBits - kLogPieceBits)];
  const double mantissa =
      std::bit_cast<double>(fraction | static_cast<std::uint64_t>(kExponentBias) << kMantissaBits);
  const double r = mantissa * piece.inverse - 1;  // |r| < 2^-8
  // ln(1 + r) by its series; the first omitted term is below 2^-56 / 7.
  const double log1p =
      r - r * r * (1.0 / 2 - r * (1.0 / 3 - r * (1.0 / 4 - r * (1.0 / 5 - r * (1.0 / 6)))));
  const auto power = static_cast<double>(exponent);
  return power * kLn2High + (piece.log + (log1p + power * kLn2Low));
}

double portable_exp(double exponent) noexcept {
  if (exponent > 709.0) return std::numeric_limits<double>::infinity();
  if (exponent < -708.0) return 0;
  const double scaled = exponent * (kExpPieces / kLn2);
  const auto steps = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const double count = static_cast<double>(steps) / kExpPieces;
  const double r = (exponent - count * kLn2High) - count * kLn2Low;  // |r| <= ln 2 / 128
  const double expm1 =
      r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720))))));
  const std::int64_t whole = steps >> 6;  // Rounds down, also below zero.
  const double piece = kExpTable[static_cast<std::size_t>(steps) & (kExpPieces - 1)];
  const double power =
      std::bit_cast<double>(static_cast<std::uint64_t>(whole + kExponentBias) << kMantissaBits);
  return power * (piece + piece * expm1);
}

double portable_power(double base, double exponent) noexcept {
  return portable_exp(exponent * portable_log(base));
}

}  // namespace loopsteal
