// The catalog's knowledge of oneTBB's arena.
#include "sched/onetbb/onetbb_options.hpp"

namespace loopsteal {

std::vector<SchedulerOf<OneTbbOptions>> OneTbbOptions::schedulers() {
  return {{.traits = {.name = "onetbb",
                      .summary = "N threads in oneTBB's task arena, through either of its doors.",
                      .always_named = "door",
                      .threads_only =
                          "onetbb runs on threads only: it is not ours to move in virtual time. "
                          "Its nearest relatives there are work_stealing:preset=rayon and "
                          "work_stealing:local_order=lifo,steal=one."},
           .knobs = onetbb_knobs()}};
}

}  // namespace loopsteal
