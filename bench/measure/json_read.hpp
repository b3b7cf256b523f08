// Values out of JSON that somebody else may have written: each is checked for its kind and for the
// range of what it is read into. The library's own conversions wrap around, or are undefined.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/measure/json.hpp"
#include "sched/core/config/spec.hpp"

namespace loopsteal {

namespace json_detail {

template <class T>
struct ListOf : std::false_type {};
template <class T>
struct ListOf<std::vector<T>> : std::true_type {
  using Item = T;
};

}  // namespace json_detail

/// The whole number that `value` is, if `Number` can hold it.
template <std::integral Number>
[[nodiscard]] std::optional<Number> whole_number(double value) {
  // The bounds of 64 bits are no doubles; the first one beyond them is.
  const double low = static_cast<double>(std::numeric_limits<Number>::min());
  const double beyond = std::ldexp(1.0, std::numeric_limits<Number>::digits);
  if (!(value >= low) || !(value < beyond) || std::trunc(value) != value) return std::nullopt;
  return static_cast<Number>(value);
}

/// The value, if it is of this kind and in its range. A list is read if all of it can be.
template <class T>
[[nodiscard]] std::optional<T> read_as(const Json& json) {
  if constexpr (std::same_as<T, Json>) {
    return json;
  } else if constexpr (std::same_as<T, bool>) {
    return json.is_boolean() ? std::optional(json.get<bool>()) : std::nullopt;
  } else if constexpr (std::same_as<T, std::string>) {
    return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt;
  } else if constexpr (std::floating_point<T>) {
    return json.is_number() ? std::optional(json.get<T>()) : std::nullopt;
  } else if constexpr (std::integral<T>) {
    if (json.is_number_float()) return whole_number<T>(json.get<double>());
    if (json.is_number_unsigned()) {
      const auto value = json.get<std::uint64_t>();
      return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
    }
    if (!json.is_number_integer()) return std::nullopt;
    const auto value = json.get<std::int64_t>();
    return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
  } else {
    static_assert(json_detail::ListOf<T>::value, "what is read is a value or a list of them");
    if (!json.is_array()) return std::nullopt;
    T list;
    for (const Json& item : json) {
      auto value = read_as<typename json_detail::ListOf<T>::Item>(item);
      if (!value) return std::nullopt;
      list.push_back(*std::move(value));
    }
    return list;
  }
}

/// The field of an object, if it is there and can be read.
template <class T>
[[nodiscard]] std::optional<T> read_field(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? std::nullopt : read_as<T>(*found);
}

/// The field of a row, or SpecError that names it.
template <class T>
[[nodiscard]] T required(const Json& row, const std::string& name) {
  const auto found = row.find(name);
  if (found == row.end()) throw SpecError("the row has no field \"" + name + "\"");
  std::optional<T> value = read_as<T>(*found);
  if (value) return *std::move(value);
  throw SpecError("the field \"" + name + "\" is of the wrong kind or out of range");
}

/// The number, or SpecError.
template <class T>
[[nodiscard]] T read_number(const Json& json) {
  if (const std::optional<T> value = read_as<T>(json)) return *value;
  throw SpecError(to_line(json) + " is not a whole number of 64 bits, as it has to be here");
}

/// The number that 1 to 16 hexadecimal digits write, or SpecError.
[[nodiscard]] inline std::uint64_t read_hash(const std::string& text) {
  std::uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, 16);
  if (error == std::errc{} && end == last && !text.empty()) return value;
  throw SpecError("the hash \"" + text + "\" is not of 1 to 16 hexadecimal digits");
}

}  // namespace loopsteal
