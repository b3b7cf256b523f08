// Makers of ordinary knobs: knob<&Options::field, limits…>(name, help, origin).
//
// knobs.hpp shows them in use. They are separate because tables need the makers and everything else
// only the rows. The text of allowed values ("4..65536") is composed at compile time from the
// limits, so it cannot disagree with them.
#pragma once

#include "sched/core/config/knobs.hpp"

namespace loopsteal {
namespace knob_detail {

template <class Member>
struct MemberParts;
template <class Owner, class Field>
struct MemberParts<Field Owner::*> {
  using Options = Owner;
  using Value = Field;
};
template <auto Member>
using OptionsOf = typename MemberParts<decltype(Member)>::Options;
template <auto Member>
using ValueOf = typename MemberParts<decltype(Member)>::Value;

template <class T>
struct NumberOf {
  using Type = T;
};
template <class T>
struct NumberOf<std::optional<T>> {
  using Type = T;
};

template <class T>
inline constexpr bool kIsNumber = std::integral<T> && !std::same_as<T, bool>;

/// The limits of the field's type.
template <class Number>
constexpr Range limits_of() {
  if constexpr (sizeof(Number) < sizeof(std::int64_t) || std::is_signed_v<Number>) {
    return {static_cast<std::int64_t>(std::numeric_limits<Number>::min()),
            static_cast<std::int64_t>(std::numeric_limits<Number>::max())};
  } else {
    return {0, std::numeric_limits<std::int64_t>::max()};
  }
}

/// A text of constants, built at compile time.
struct Text {
  std::array<char, 160> letters{};
  std::size_t size = 0;

  constexpr void add(std::string_view more) {
    for (const char letter : more) letters.at(size++) = letter;
  }
  constexpr void add(std::int64_t number) {
    char digits[20] = {};
    std::size_t count = 0;
    const bool negative = number < 0;
    std::uint64_t rest =
        negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (negative) add("-");
    while (count > 0) add(std::string_view(&digits[--count], 1));
  }
  constexpr std::string_view view() const { return {letters.data(), size}; }
};

constexpr void add_thousandths(Text& text, std::int64_t thousandths) {
  text.add(thousandths / 1000);
  std::int64_t fraction = thousandths % 1000;
  if (fraction < 0) fraction = -fraction;
  if (fraction == 0) return;
  text.add(".");
  for (std::int64_t unit = 100; fraction != 0; unit /= 10) {
    text.add(fraction / unit);
    fraction %= unit;
  }
}

constexpr void add_duration(Text& text, std::int64_t duration_ns) {
  struct Unit {
    std::string_view name;
    std::int64_t ns;
  };
  constexpr Unit kUnits[] = {
      {"min", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}};
  for (const Unit& unit : kUnits) {
    if (duration_ns % unit.ns != 0 && unit.ns != 1) continue;
    if (duration_ns == 0 && unit.ns != 1) continue;
    text.add(duration_ns / unit.ns);
    text.add(unit.name);
    return;
  }
}

template <Range Limits>
constexpr Text text_of_integers() {
  Text text;
  text.add(Limits.low);
  if (Limits.high == Range{}.high) {
    text.add(" or more");
  } else {
    text.add("..");
    text.add(Limits.high);
  }
  return text;
}

template <Range Limits>
constexpr Text text_of_durations() {
  Text text;
  add_duration(text, Limits.low);
  if (Limits.high == Range{}.high) {
    text.add(" or more");
  } else {
    text.add("..");
    add_duration(text, Limits.high);
  }
  return text;
}

template <Thousandths Limits>
constexpr Text text_of_reals() {
  Text text;
  add_thousandths(text, Limits.low);
  text.add("..");
  add_thousandths(text, Limits.high);
  return text;
}

template <const auto& Words>
constexpr Text text_of_words() {
  Text text;
  for (const auto& word : Words) {
    if (text.size > 0) text.add("|");
    text.add(word.name);
  }
  return text;
}

template <const auto& Words, Range Limits>
constexpr Text text_of_words_or_integers() {
  Text text = text_of_words<Words>();
  text.add("|");
  text.add(text_of_integers<Limits>().view());
  return text;
}

// Storage of the texts: one object for each set of template arguments.
template <Range Limits>
inline constexpr Text kIntegers = text_of_integers<Limits>();
template <Range Limits>
inline constexpr Text kDurations = text_of_durations<Limits>();
template <Thousandths Limits>
inline constexpr Text kReals = text_of_reals<Limits>();
template <const auto& Words>
inline constexpr Text kWords = text_of_words<Words>();
template <const auto& Words, Range Limits>
inline constexpr Text kWordsOrIntegers = text_of_words_or_integers<Words, Limits>();

template <const auto& Words>
std::vector<std::string_view> names_of_words() {
  std::vector<std::string_view> names;
  for (const auto& word : Words) names.push_back(word.name);
  return names;
}

template <const auto& Words, class Value>
bool set_by_word(Value& field, std::string_view text) {
  for (const auto& word : Words) {
    if (word.name != text) continue;
    field = word.value;
    return true;
  }
  return false;
}

template <const auto& Words, class Value>
std::optional<std::string> word_for(const Value& field) {
  for (const auto& word : Words) {
    if (word.value == field) return std::string(word.name);
  }
  return std::nullopt;
}

}  // namespace knob_detail

/// A bool (on|off) or a text. A text may contain anything but ','.
template <auto Member>
constexpr auto knob(std::string_view name, std::string_view help, std::string_view origin) {
  using Options = knob_detail::OptionsOf<Member>;
  using Value = knob_detail::ValueOf<Member>;
  static_assert(std::same_as<Value, bool> || std::same_as<Value, std::string>,
                "a number or a duration needs its Range, a real number its Thousandths");
  if constexpr (std::same_as<Value, bool>) {
    return Knob<Options>{
        name,
        "on|off",
        origin,
        help,
        [](Options& options, std::string_view text) { options.*Member = parse_switch(text); },
        [](const Options& options) -> std::string { return options.*Member ? "on" : "off"; }};
  } else {
    return Knob<Options>{
        name,
        "text",
        origin,
        help,
        [](Options& options, std::string_view text) { options.*Member = std::string(text); },
        [](const Options& options) -> std::string { return options.*Member; }};
  }
}

/// A whole number, or a Duration whose limits are given in nanoseconds.
template <auto Member, Range Limits>
constexpr auto knob(std::string_view name, std::string_view help, std::string_view origin) {
  using Options = knob_detail::OptionsOf<Member>;
  using Value = knob_detail::ValueOf<Member>;
  static_assert(Limits.low <= Limits.high);
  if constexpr (std::same_as<Value, Duration>) {
    static_assert(Limits.low >= 0, "a duration is not negative");
    return Knob<Options>{name,
                         knob_detail::kDurations<Limits>.view(),
                         origin,
                         help,
                         [](Options& options, std::string_view text) {
                           options.*Member = parse_duration(text, Limits);
                         },
                         [](const Options& options) { return print_duration(options.*Member); }};
  } else {
    static_assert(knob_detail::kIsNumber<Value>);
    static_assert(Limits.low >= knob_detail::limits_of<Value>().low &&
                      Limits.high <= knob_detail::limits_of<Value>().high,
                  "the field cannot hold all that the Range allows");
    return Knob<Options>{name,
                         knob_detail::kIntegers<Limits>.view(),
                         origin,
                         help,
                         [](Options& options, std::string_view text) {
                           options.*Member = static_cast<Value>(parse_integer(text, Limits));
                         },
                         [](const Options& options) { return std::to_string(options.*Member); }};
  }
}

/// A whole number (or an optional one) that may also be one of some words, such as "adaptive". The
/// value of a word may be outside the Range.
template <auto Member, Range Limits, const auto& Words>
constexpr auto knob(std::string_view name, std::string_view help, std::string_view origin) {
  using Options = knob_detail::OptionsOf<Member>;
  using Value = knob_detail::ValueOf<Member>;
  using Number = typename knob_detail::NumberOf<Value>::Type;
  static_assert(knob_detail::kIsNumber<Number>);
  static_assert(Limits.low >= knob_detail::limits_of<Number>().low &&
                Limits.high <= knob_detail::limits_of<Number>().high);
  return Knob<Options>{name,
                       knob_detail::kWordsOrIntegers<Words, Limits>.view(),
                       origin,
                       help,
                       [](Options& options, std::string_view text) {
                         if (knob_detail::set_by_word<Words>(options.*Member, text)) return;
                         const bool digits =
                             !text.empty() &&
                             text.find_first_not_of("+-0123456789") == std::string_view::npos;
                         if (!digits) {
                           reject_word(text, knob_detail::names_of_words<Words>(),
                                       knob_detail::kWordsOrIntegers<Words, Limits>.view());
                         }
                         options.*Member = static_cast<Number>(parse_integer(text, Limits));
                       },
                       [](const Options& options) {
                         if (auto word = knob_detail::word_for<Words>(options.*Member))
                           return *word;
                         if constexpr (knob_detail::kIsNumber<Value>) {
                           return std::to_string(options.*Member);
                         } else {
                           return std::to_string((options.*Member).value());
                         }
                       }};
}

/// A real number.
template <auto Member, Thousandths Limits>
constexpr auto knob(std::string_view name, std::string_view help, std::string_view origin) {
  using Options = knob_detail::OptionsOf<Member>;
  static_assert(std::same_as<knob_detail::ValueOf<Member>, double>);
  return Knob<Options>{
      name,
      knob_detail::kReals<Limits>.view(),
      origin,
      help,
      [](Options& options, std::string_view text) { options.*Member = parse_real(text, Limits); },
      [](const Options& options) { return print_real(options.*Member); }};
}

/// One of a few words: an enum through its table of names.
template <auto Member, const auto& Words>
constexpr auto knob(std::string_view name, std::string_view help, std::string_view origin) {
  using Options = knob_detail::OptionsOf<Member>;
  return Knob<Options>{name,
                       knob_detail::kWords<Words>.view(),
                       origin,
                       help,
                       [](Options& options, std::string_view text) {
                         if (knob_detail::set_by_word<Words>(options.*Member, text)) return;
                         reject_word(text, knob_detail::names_of_words<Words>(),
                                     knob_detail::kWords<Words>.view());
                       },
                       [](const Options& options) {
                         return knob_detail::word_for<Words>(options.*Member).value_or("?");
                       }};
}

}  // namespace loopsteal
