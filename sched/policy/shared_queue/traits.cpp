// What the catalog knows of the shared queue.
#include "sched/policy/shared_queue/options.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kVariants[] = {""};

QueueModel queue_model(const SharedQueueOptions&) {
  return {.sharing = QueueModel::Sharing::conserving};
}

}  // namespace

std::vector<SchedulerOf<SharedQueueOptions>> SharedQueueOptions::schedulers() {
  return {{.traits = {.name = "shared_queue",
                      .summary = "N threads on one FIFO queue under one lock.",
                      .role = Role::control,
                      .cost_family = "shared_queue",
                      // Its workers sleep on the same driver and wake by the same token.
                      .sleeps_as = "work_stealing",
                      .variants = kVariants},
           .knobs = shared_queue_knobs(),
           .charges = charges_of,
           .queue_model = queue_model}};
}

}  // namespace loopsteal
