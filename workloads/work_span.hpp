// How much a workload is in all, and how much of it has to be done one after the other.
#pragma once
#include "sched/core/time.hpp"

namespace loopsteal {

/// Of a run in virtual time; both ends of the longest path are part of it. From these two numbers
/// any schedule that leaves no worker idle beside ready work has bounds (Graham 1969, Brent 1974).
struct WorkSpan {
  Duration work{};  ///< What one worker needs: T1.
  Duration span{};  ///< What any number of workers needs: T-infinity.
};

}  // namespace loopsteal
