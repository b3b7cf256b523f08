// Knobs: one table for each Options struct. Parsing, printing, --help, `list knobs` and the
// round-trip tests are all made from the table.
//
//   enum class Order { fifo, lifo };
//   inline constexpr Named<Order> kOrders[] = {{"fifo", Order::fifo}, {"lifo", Order::lifo}};
//   inline constexpr Named<int> kIntervalWords[] = {{"adaptive", 0}};
//
//   inline constexpr Knob<Options> kKnobs[] = {
//       knob<&Options::capacity, Range{4, 65536}>("queue_capacity", "Slots of a run queue.",
//                                                 "Tokio: 256"),
//       knob<&Options::interval, Range{1, 1000}, kIntervalWords>("interval", "…", "Go: 61"),
//       knob<&Options::order, kOrders>("local_order", "…", "Tokio: fifo"),
//       knob<&Options::lifo_slot>("lifo_slot", "…", "Tokio: on"),              // bool: on|off
//       knob<&Options::period, Range{1'000, 1'000'000}>("period", "…", "…"),     // Duration, in ns
//       knob<&Options::load, Thousandths{10, 2'000}>("load", "…", "…"),        // double
//       knob<&Options::label>("label", "…", "…")};                             // std::string
//
// The makers `knob<...>` are in knob_makers.hpp, which tables include.
//
// The limits are template arguments, so a knob stays a plain row of constants with two ordinary
// functions. A knob that fits none of these makers is written by hand.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sched/core/config/spec.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// One setting of an Options struct.
template <class Options>
struct Knob {
  std::string_view name;
  std::string_view values;  ///< Allowed values: "on|off", "4..65536", "1us..1s", "text".
  std::string_view origin;  ///< Origin of the default: "Tokio: 61".
  std::string_view help;    ///< One sentence.
  void (*set)(Options&, std::string_view value);  ///< Throws SpecError, with the allowed values.
  std::string (*get)(const Options&);             ///< Text that `set` reads back.
};

/// Smallest and largest whole number allowed, both included. For a Duration: nanoseconds.
struct Range {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

/// Limits of a real number in thousandths, both included: not every compiler supports
/// floating-point template arguments.
struct Thousandths {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// A word for a value: of an enum, or in addition to numbers ("adaptive").
template <class Value>
struct Named {
  std::string_view name;
  Value value;
};

/// A knob as a row of text, without its type, for `list knobs` and error messages.
struct KnobRow {
  std::string name;
  std::string values;
  std::string default_value;
  std::string origin;
  std::string help;
};

/// The readers below throw SpecError with a message that quotes the value and the limits. They do
/// not know the setting's name: apply() puts it in front. Any thread.
std::int64_t parse_integer(std::string_view text, Range range);
double parse_real(std::string_view text, Thousandths range);
bool parse_switch(std::string_view text);  ///< "on" or "off".
/// A number and its unit, without a space: "100ns", "1.5ms", "2s", "10us", "3min". A number without
/// unit is an error that says so, since no default would be right for all.
Duration parse_duration(std::string_view text, Range range_ns = {0, Range{}.high});

std::string print_real(double value);           ///< Shortest text that reads back the same.
std::string print_duration(Duration duration);  ///< "1.5ms": exact, in the largest unit that fits.
std::string print_range(Range range);
std::string print_range(Thousandths range);
std::string print_range_of_durations(Range range_ns);

/// Throws the SpecError of a value that is not one of `words` (and not a number, if numbers are
/// allowed).
[[noreturn]] void reject_word(std::string_view text, std::span<const std::string_view> words,
                              std::string_view values);

/// Throws the SpecError of the first setting of `rest`, which no knob took, with the nearest known
/// one. Does nothing if `rest` has no settings.
void reject_rest(const Spec& rest, std::span<const KnobRow> known);

/// Throws `error` again, with the owner's name and the setting in front.
[[noreturn]] void rethrow_as_setting(const Spec& spec, std::string_view key, std::string_view value,
                                     const SpecError& error);

/// The knobs as rows, with the defaults of a default-constructed Options (or of `defaults`).
template <class Options>
std::vector<KnobRow> describe(std::span<const Knob<Options>> knobs, const Options& defaults = {}) {
  std::vector<KnobRow> rows;
  for (const Knob<Options>& knob : knobs) {
    rows.push_back({std::string(knob.name), std::string(knob.values), knob.get(defaults),
                    std::string(knob.origin), std::string(knob.help)});
  }
  return rows;
}

/// Sets in `options` those settings of `spec` that `knobs` know, and returns the others. For a
/// scheduler whose knobs are in several structs; the last caller passes the rest to reject_rest().
/// Throws SpecError for a value that is not allowed, before that setting changes anything; earlier
/// settings then stay applied.
template <class Options>
Spec take_known(Options& options, std::span<const Knob<Options>> knobs, const Spec& spec) {
  Spec rest{spec.name, {}};
  for (const auto& [key, value] : spec.settings) {
    const Knob<Options>* found = nullptr;
    for (const Knob<Options>& knob : knobs) {
      if (knob.name == key) found = &knob;
    }
    if (found == nullptr) {
      rest.settings.emplace_back(key, value);
      continue;
    }
    try {
      found->set(options, value);
    } catch (const SpecError& error) {
      rethrow_as_setting(spec, key, value, error);
    }
  }
  return rest;
}

/// Sets every setting of `spec`. Throws SpecError for an unknown key, with the nearest known one,
/// and for a value that is not allowed, with the allowed ones.
template <class Options>
void apply(Options& options, std::span<const Knob<Options>> knobs, const Spec& spec) {
  const Spec rest = take_known(options, knobs, spec);
  if (!rest.settings.empty()) reject_rest(rest, describe(knobs));
}

/// The settings of `options` that differ from `defaults`, in the order of the table: together with
/// a name, the canonical Spec of a result. apply() of them gives the same options.
template <class Options>
std::vector<std::pair<std::string, std::string>> settings_that_differ(
    const Options& options, std::span<const Knob<Options>> knobs, const Options& defaults = {}) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const Knob<Options>& knob : knobs) {
    std::string value = knob.get(options);
    if (value == knob.get(defaults)) continue;
    settings.emplace_back(std::string(knob.name), std::move(value));
  }
  return settings;
}

/// A named set of knobs: `SCHEDULER:preset=NAME`, with further settings on top.
struct Preset {
  std::string_view name;
  std::string_view settings;  ///< "key=value,key=value".
  std::string_view summary;   ///< Its reference runtime and the differences, in one line.
};

}  // namespace loopsteal
