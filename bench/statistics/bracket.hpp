// The boundary between sizes that meet a target and sizes that miss it, found by bisection: the
// least number of workers, or the largest load.
#pragma once

#include <optional>

namespace loopsteal {

/// A size on each side of the boundary; one that misses may be taken for granted, untried.
template <class Size>
struct Bracket {
  Size meets;
  Size misses;
};

/// Narrows `bracket` until `between(bracket)` gives no size within it, or `meets(size)`, which says
/// whether a size meets the target, gives no answer; then it returns false. Both give an optional.
template <class Size, class Between, class Meets>
bool narrow(Bracket<Size>& bracket, const Between& between, const Meets& meets) {
  while (const std::optional<Size> size = between(bracket)) {
    const std::optional<bool> met = meets(*size);
    if (!met) return false;
    (*met ? bracket.meets : bracket.misses) = *size;
  }
  return true;
}

}  // namespace loopsteal
