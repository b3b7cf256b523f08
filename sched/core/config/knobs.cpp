#include "sched/core/config/knobs.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace loopsteal {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

// Largest first: print_duration takes the first that fits.
constexpr Unit kUnits[] = {
    {"min", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}};

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

[[noreturn]] void reject_range(std::string_view text, const std::string& range) {
  throw SpecError(quoted(text) + " is out of range: " + range + " is allowed.");
}

// If a number is too large, "0 or more" would explain nothing.
std::string with_its_end(Range range) {
  return std::to_string(range.low) + ".." + std::to_string(range.high);
}

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

bool reads_as_number(std::string_view text, std::size_t* length) {
  double ignored = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), ignored, std::chars_format::fixed);
  *length = static_cast<std::size_t>(end - text.data());
  return error != std::errc::invalid_argument;
}

// Converts decimal digits to whole nanoseconds without a double: 0.1s is 100000000ns.
std::optional<std::int64_t> scaled(std::string_view digits, std::int64_t unit_ns) {
  std::int64_t total = 0;
  std::int64_t place = 0;  // 0 before the point, afterwards the value of the next digit.
  bool after_point = false;
  for (const char digit : digits) {
    if (digit == '.') {
      after_point = true;
      place = unit_ns;
      continue;
    }
    const std::int64_t value = digit - '0';
    std::int64_t addend = 0;
    if (after_point) {
      if (value != 0 && (place == 0 || place % 10 != 0)) return std::nullopt;  // Below 1 ns.
      place /= 10;
      addend = value * place;
    } else {
      if (__builtin_mul_overflow(total, 10, &total)) return std::nullopt;
      if (__builtin_mul_overflow(value, unit_ns, &addend)) return std::nullopt;
    }
    if (__builtin_add_overflow(total, addend, &total)) return std::nullopt;
  }
  return total;
}

}  // namespace

std::int64_t parse_integer(std::string_view text, Range range) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range)
    reject_range(text, text.starts_with('-') ? print_range(range) : with_its_end(range));
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw SpecError(quoted(text) + " is not a whole number; " + print_range(range) +
                    " is allowed.");
  }
  if (value < range.low || value > range.high) reject_range(text, print_range(range));
  return value;
}

double parse_real(std::string_view text, Thousandths range) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) reject_range(text, print_range(range));
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    throw SpecError(quoted(text) + " is not a number; " + print_range(range) + " is allowed.");
  }
  const double low = static_cast<double>(range.low) / 1000;
  const double high = static_cast<double>(range.high) / 1000;
  if (value < low || value > high) reject_range(text, print_range(range));
  return value;
}

bool parse_switch(std::string_view text) {
  if (text == "on") return true;
  if (text == "off") return false;
  throw SpecError(quoted(text) + " is neither \"on\" nor \"off\".");
}

Duration parse_duration(std::string_view text, Range range_ns) {
  std::size_t length = 0;
  const bool number =
      !text.empty() && text.front() != '-' && text.front() != '.' && reads_as_number(text, &length);
  const std::string_view digits = text.substr(0, length);
  if (!number || digits.find_first_not_of("0123456789.") != std::string_view::npos) {
    throw SpecError(quoted(text) + " is not a duration. Write a number and its unit, as in 10us.");
  }
  const std::string_view name = text.substr(length);
  if (name.empty()) {
    throw SpecError("The duration " + quoted(text) + " has no unit. Write " + quoted(text) +
                    " with ns, us, ms, s or min behind it, as in " + std::string(digits) + "us.");
  }
  const Unit* unit = find_unit(name);
  if (unit == nullptr) {
    throw SpecError("The duration " + quoted(text) + " has the unknown unit " + quoted(name) +
                    ". Known: ns, us, ms, s, min.");
  }
  const std::optional<std::int64_t> total_ns = scaled(digits, unit->ns);
  if (!total_ns) {
    throw SpecError("The duration " + quoted(text) +
                    " is not a whole number of nanoseconds that 64 bits can hold.");
  }
  if (*total_ns < range_ns.low || *total_ns > range_ns.high) {
    reject_range(text, print_range_of_durations(range_ns));
  }
  return Duration(*total_ns);
}

std::string print_real(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), result.ptr);
}

std::string print_duration(Duration duration) {
  const std::int64_t total_ns = duration.count();
  if (total_ns < 0) return std::to_string(total_ns) + "ns";
  for (const Unit& unit : kUnits) {
    // Minutes only if whole: their decimals are not decimals of seconds.
    if (total_ns < unit.ns || (unit.name == "min" && total_ns % unit.ns != 0)) continue;
    std::string text = std::to_string(total_ns / unit.ns);
    std::string fraction = std::to_string(unit.ns + total_ns % unit.ns).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (unit.name != "min" && !fraction.empty()) text += "." + fraction;
    return text + std::string(unit.name);
  }
  return "0ns";
}

std::string print_range(Range range) {
  if (range.high == Range{}.high) {
    return range.low == Range{}.low ? "any whole number" : std::to_string(range.low) + " or more";
  }
  return std::to_string(range.low) + ".." + std::to_string(range.high);
}

std::string print_range(Thousandths range) {
  return print_real(static_cast<double>(range.low) / 1000) + ".." +
         print_real(static_cast<double>(range.high) / 1000);
}

std::string print_range_of_durations(Range range_ns) {
  if (range_ns.high == Range{}.high) return print_duration(Duration(range_ns.low)) + " or more";
  return print_duration(Duration(range_ns.low)) + ".." + print_duration(Duration(range_ns.high));
}

void reject_word(std::string_view text, std::span<const std::string_view> words,
                 std::string_view values) {
  const std::string near = nearest(text, words);
  std::string message = quoted(text) + " is not one of " + std::string(values) + ".";
  if (!near.empty()) message += " Did you mean " + quoted(near) + "?";
  throw SpecError(message);
}

void reject_rest(const Spec& rest, std::span<const KnobRow> known) {
  if (rest.settings.empty()) return;
  std::vector<std::string_view> names;
  for (const KnobRow& row : known) names.emplace_back(row.name);
  const std::string& key = rest.settings.front().first;
  throw SpecError(quoted(rest.name) + " has no setting " + quoted(key) + "." +
                  did_you_mean(key, names));
}

void rethrow_as_setting(const Spec& spec, std::string_view key, std::string_view value,
                        const SpecError& error) {
  throw SpecError(spec.name + ":" + std::string(key) + "=" + std::string(value) + ": " +
                  error.what());
}

}  // namespace loopsteal
