// Numbers as people read them: three digits and a unit. All that is printed for people comes from
// here; what a spec or a file keeps is print_duration() and print_real() of
// sched/core/config/knobs.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loopsteal {

std::string human_time(double ns);             ///< "12.3 us", "1.85 s".
std::string human_count(double count);         ///< "1,234", "12.3 M".
std::string human_share(double share);         ///< "97 %", "0.4 %".
std::string human_factor(double value);        ///< "1.85x".
std::string human_bytes(std::uint64_t bytes);  ///< "3.2 MB", "576 MB", "1.25 GB".

/// "1 worker", "3 workers".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace loopsteal
