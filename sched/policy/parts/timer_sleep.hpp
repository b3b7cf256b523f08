// How long the worker that waits for timers sleeps.
#pragma once
#include <cstdint>

namespace loopsteal {

enum class TimerSleep : std::uint8_t {
  until,  ///< Until the deadline.
  ticks,  ///< For the ticks from the present one to that of the deadline, as if it had just begun.
};

}  // namespace loopsteal
