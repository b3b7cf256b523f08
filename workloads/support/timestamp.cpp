#include "workloads/support/timestamp.hpp"

#include <chrono>
#include <cstddef>

namespace loopsteal {
namespace {

// Reads a text from its front, and removes what it has read.
class Front {
 public:
  explicit Front(std::string_view text) noexcept : text_(text) {}

  /// A number of exactly `digits` digits; -1 if there is none.
  int number(std::size_t digits) noexcept {
    if (text_.size() < digits) return -1;
    int value = 0;
    for (const char letter : text_.substr(0, digits)) {
      if (letter < '0' || letter > '9') return -1;
      value = value * 10 + (letter - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  bool letter(char expected) noexcept {
    const bool there = text_.starts_with(expected);
    if (there) text_.remove_prefix(1);
    return there;
  }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] bool starts_with(char expected) const noexcept {
    return text_.starts_with(expected);
  }

 private:
  std::string_view text_;
};

// Decimals of a second, as nanoseconds; -1 if there are none, or more than nine.
int decimals_ns(Front& front) noexcept {
  int ns = 0;
  int unit = 100'000'000;
  int count = 0;
  for (int digit = front.number(1); digit >= 0; digit = front.number(1), ++count) {
    if (unit == 0) return -1;
    ns += digit * unit;
    unit /= 10;
  }
  return count == 0 ? -1 : ns;
}

// Offset of a zone from UTC: "Z", "+02:00", "+0200", "+02", or an empty text, which is UTC. Nothing
// if it is none of these. RFC 3339 has the first two, PostgreSQL and pandas write the others.
std::optional<std::chrono::minutes> zone(Front& front) noexcept {
  constexpr int kHoursMax = 14;  // Kiribati is 14 h ahead, the largest offset from UTC.
  if (front.empty() || front.letter('Z')) return std::chrono::minutes(0);
  const bool west = front.starts_with('-');
  if (!front.letter('+') && !front.letter('-')) return std::nullopt;
  const int hours = front.number(2);
  const bool more = front.letter(':') || !front.empty();
  const int minutes = more ? front.number(2) : 0;
  if (hours < 0 || hours > kHoursMax || minutes < 0 || minutes >= 60) return std::nullopt;
  const std::chrono::minutes ahead(hours * 60 + minutes);
  return west ? -ahead : ahead;
}

}  // namespace

std::optional<Duration> parse_timestamp(std::string_view text) noexcept {
  Front front(text);
  const int year = front.number(4);
  bool right = front.letter('-');
  const int month = front.number(2);
  right = right && front.letter('-');
  const int day = front.number(2);
  right = right && (front.letter(' ') || front.letter('T'));
  const int hour = front.number(2);
  right = right && front.letter(':');
  const int minute = front.number(2);
  right = right && front.letter(':');
  const int second = front.number(2);
  const int ns = front.letter('.') ? decimals_ns(front) : 0;
  const std::optional<std::chrono::minutes> ahead = zone(front);
  right = right && year >= 1970 && year < 2200 && month > 0 && day > 0 && hour >= 0 && hour < 24 &&
          minute >= 0 && minute < 60 && second >= 0 && second < 60 && ns >= 0 && ahead &&
          front.empty();
  if (!right) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const Duration since_1970 = std::chrono::sys_days(date).time_since_epoch() +
                              std::chrono::hours(hour) + std::chrono::minutes(minute) +
                              std::chrono::seconds(second) + Duration(ns) - *ahead;
  if (since_1970 < Duration::zero()) return std::nullopt;
  return since_1970;
}

}  // namespace loopsteal
