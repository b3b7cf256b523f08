// Dates with a time of day, in the forms that recorded traces use.
#pragma once
#include <optional>
#include <string_view>

#include "sched/core/time.hpp"

namespace loopsteal {

/// Time from 1970-01-01 00:00:00 UTC to a time as in "2023-11-16 18:15:46.6805900" or
/// "2024-05-10T02:00:01+02:00": a blank or 'T' after the date, zero to nine decimals of the second,
/// then a zone: 'Z', hours and minutes from UTC, or none, which is UTC. No leap seconds. Nothing if
/// `text` is anything else, or before 1970 or after 2199.
[[nodiscard]] std::optional<Duration> parse_timestamp(std::string_view text) noexcept;

}  // namespace loopsteal
