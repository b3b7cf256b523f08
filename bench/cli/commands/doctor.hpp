// `loopsteal doctor`: what on this machine would spoil a measurement, and how to mend it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/handover_probe.hpp"
#include "bench/measure/host.hpp"

namespace loopsteal {

struct Diagnosis {
  enum class State {
    good,     ///< As it should be.
    unknown,  ///< The machine does not tell.
    note,     ///< Good to know; spoils nothing by itself.
    spoils,   ///< Would spoil a measurement.
  };
  std::string_view what;
  State state = State::good;
  std::string finding;
  std::string remedy;  ///< How to mend it; "" where there is nothing to mend.
};

/// The facts judged. `build_type` is this program's; `for_measuring` whether it may be quoted.
std::vector<Diagnosis> diagnose(const HostFacts& host, std::span<const Handover> handovers,
                                std::string_view build_type, bool for_measuring);

/// Whether anything spoils.
bool spoils_something(std::span<const Diagnosis> diagnoses);

/// As a table for people, or as JSON.
std::string render(std::span<const Diagnosis> diagnoses, bool json, bool colour);

}  // namespace loopsteal
