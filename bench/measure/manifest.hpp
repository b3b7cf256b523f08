// Under what circumstances results came about: the "context" of a results file. With it and the
// fields of a row, the row can be measured again, and unlike machines are not taken for like ones.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bench/measure/host.hpp"
#include "bench/measure/json.hpp"

namespace loopsteal {

/// The part of a context that the host and the build do not know.
struct Undertaking {
  std::string executable;
  std::string command;  ///< As a shell would take it.
  std::uint64_t seed = 0;
  std::string machine = "threads";
};

/// The words of a command line as one line that a shell takes back.
std::string shell_line(std::span<const std::string_view> words);

/// Google Benchmark's own fields of a context first (date, host_name, num_cpus, …), then ours.
Json make_context(const Undertaking& undertaking, const HostFacts& host);

/// The build as results call it: "release", "debug", with "+" and the sanitizers, if any.
std::string build_type();

/// Whether times of this build may be quoted: optimised, without sanitizers.
bool build_is_for_measuring();

}  // namespace loopsteal
