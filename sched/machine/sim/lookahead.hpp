// Prefetches the state of workers whose next event is near.
//
// Ten thousand workers with their jobs need more memory than a near cache holds, and their order is
// unpredictable for the processor. But the event list knows the order some turns ahead. That is
// enough time to fetch a worker's row, then the job that the row names.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/fetch.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/virtual_cpu.hpp"

namespace loopsteal {

/// Changes only the time that a run takes. Not synchronised.
class Lookahead {
 public:
  /// Call after each turn. Ids of `events` beyond `cpus` are devices, which are too few to matter.
  template <Policy P>
  void look(const EventList& events, const std::vector<VirtualCpu>& cpus,
            const P& policy) noexcept {
    if (const EventList::Id w = events.nearing(); w != row_ && w < cpus.size()) {
      row_ = w;
      fetch_ahead(&cpus[w], VirtualCpu::kHotBytes);
      policy.fetch(w);
    }
    if (const EventList::Id w = events.near(); w != job_ && w < cpus.size()) {
      job_ = w;
      fetch_ahead(cpus[w].job, kFrameBytes);
    }
  }

 private:
  /// Size of a small coroutine's frame, from its job on.
  static constexpr std::size_t kFrameBytes = 3 * kCacheLineBytes;

  EventList::Id row_ = kNoWorker;  ///< Worker whose row was fetched last.
  EventList::Id job_ = kNoWorker;  ///< Worker whose job was fetched last.
};

}  // namespace loopsteal
