// Total work of a workload, and the part of it that has to be done in sequence.
#pragma once
#include "sched/core/time.hpp"

namespace loopsteal {

/// Work and span of a run in virtual time; both ends of the longest path are part of it. These two
/// numbers bound any schedule that leaves no worker idle while work is ready (Graham 1969, Brent
/// 1974).
struct WorkSpan {
  Duration work{};  ///< Time that one worker needs: T1.
  Duration span{};  ///< Time that unlimited workers need: T-infinity.
};

}  // namespace loopsteal
