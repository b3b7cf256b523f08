// Hash of all events of a virtual run, in their order.
#pragma once
#include <bit>
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/random/mix.hpp"

namespace loopsteal {

/// Two runs with the same hash did the same things on the same workers at the same times. No
/// address is hashed, so the hash is the same in every process, build and compiler.
class TraceHash {
 public:
  enum class What : std::uint8_t { run, resume, park, wake, device, finish };

  void add(What what, WorkerId worker, TimePoint at) noexcept {
    const std::uint64_t event = static_cast<std::uint64_t>(at.time_since_epoch().count()) ^
                                (std::uint64_t{worker} << 40) ^
                                (static_cast<std::uint64_t>(what) << 60);
    state_ = (std::rotl(state_, 23) ^ event) * 0x9E37'79B9'7F4A'7C15u;
  }

  [[nodiscard]] std::uint64_t value() const noexcept { return mix64(state_); }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace loopsteal
