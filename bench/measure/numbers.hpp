// Numbers as people read them: three digits and a unit.
#pragma once

#include <string>

namespace loopsteal {

std::string human_time(double ns);       ///< "12.3 us", "1.85 s".
std::string human_count(double count);   ///< "1,234", "12.3 M".
std::string human_share(double share);   ///< "97 %", "0.4 %".
std::string human_factor(double value);  ///< "1.85x".

}  // namespace loopsteal
