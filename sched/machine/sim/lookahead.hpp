// What whoever has a turn soon will need, brought closer while others have theirs.
//
// Ten thousand workers with their jobs are more memory than a cache near the processor holds, and
// which of them is next is as good as drawn by lot. But the event list knows it some turns before,
// and that is time enough to fetch a worker's row, then the job that the row names.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/fetch.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/virtual_cpu.hpp"

namespace loopsteal {

/// Changes nothing but how long a run takes. Not synchronised.
class Lookahead {
 public:
  /// After each turn. The ids of `events` that are no places of `cpus` are devices, of which there
  /// are too few to miss.
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
  /// A small coroutine's frame, from its job on.
  static constexpr std::size_t kFrameBytes = 3 * kCacheLineBytes;

  EventList::Id row_ = kNoWorker;  ///< Whose row was fetched last.
  EventList::Id job_ = kNoWorker;  ///< Whose job was.
};

}  // namespace loopsteal
