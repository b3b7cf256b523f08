// Where jobs may lie that others could take.
//
// A worker that searches looks into one queue after the other. On threads it has no choice: what
// another worker does at this moment is only known by looking. Where one thread runs all workers,
// whoever makes a job ready can note it, and a search goes straight to where there is something:
// its cost goes with the work there is and not with the number of workers. What the search is
// charged for is the same: every look that it would have taken.
#pragma once
#include "sched/core/job.hpp"

namespace loopsteal {

/// For machines that cannot know: any worker may have jobs.
class NoCensus {
 public:
  explicit NoCensus(WorkerId /*workers*/) noexcept {}

  /// `worker` may have jobs from now on, until has_none() says that a look found nothing.
  void may_have(WorkerId /*worker*/) noexcept {}
  void has_none(WorkerId /*worker*/) noexcept {}

  /// How many workers from `first` on, in rising order and at most up to `end`, surely have none.
  [[nodiscard]] WorkerId fruitless(WorkerId /*first*/, WorkerId /*end*/) const noexcept {
    return 0;
  }
};

}  // namespace loopsteal
