// The law every table of knobs keeps, for the tests of whoever owns a table: what a knob prints it
// reads back, and a table has no two knobs of one name.
#pragma once

#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "sched/core/config/knobs.hpp"

namespace loopsteal::testing {

/// Checks each knob at the values of `options`: set(get()) leaves the same text, a value that
/// nobody can mean is refused, and each knob says what it allows and what it is for.
template <class Options>
void expect_round_trip(std::span<const Knob<Options>> knobs, const Options& options) {
  std::set<std::string_view> names;
  for (const Knob<Options>& knob : knobs) {
    SCOPED_TRACE(knob.name);
    EXPECT_TRUE(names.insert(knob.name).second) << "two knobs have this name";
    EXPECT_FALSE(knob.values.empty());
    EXPECT_FALSE(knob.help.empty());
    const std::string text = knob.get(options);
    Options other{};
    ASSERT_NO_THROW(knob.set(other, text)) << text;
    EXPECT_EQ(knob.get(other), text);
    if (knob.values != "text") {
      EXPECT_THROW(knob.set(other, "no such value"), SpecError);
    }
  }
}

}  // namespace loopsteal::testing
