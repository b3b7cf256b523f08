// What the catalog knows of event loops: one loop, and several that share nothing.
#include "sched/policy/event_loops/options.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kVariantsOfOne[] = {""};
constexpr std::string_view kVariantsOfMany[] = {"", "placement=jsq", "placement=least_loaded"};

QueueModel::Placement placement_in_theory(Placement placement) {
  switch (placement) {
    case Placement::random:
      return QueueModel::Placement::random;
    case Placement::round_robin:
      return QueueModel::Placement::round_robin;
    case Placement::jsq:
      return QueueModel::Placement::shortest_of;
    default:
      return QueueModel::Placement::unsolved;
  }
}

QueueModel queue_model(const EventLoopsOptions& options) {
  return {.sharing = QueueModel::Sharing::partition,
          .placement = placement_in_theory(options.placement),
          .choices = options.placement_choices};
}

}  // namespace

std::vector<SchedulerOf<EventLoopsOptions>> EventLoopsOptions::schedulers() {
  return {{.traits = {.name = "event_loop",
                      .summary = "One thread, one loop: asyncio's iteration.",
                      .one_worker = true,
                      .role = Role::baseline,
                      .cost_family = "event_loop",
                      .variants = kVariantsOfOne},
           .knobs = event_loop_knobs(),
           .presets = event_loop_presets(),
           .gaps = event_loop_preset_gaps(),
           .charges = charges_of,
           .queue_model = queue_model},
          {.traits = {.name = "sharded_loops",
                      .summary = "N event loops that share nothing and steal nothing.",
                      .cost_family = "event_loop",
                      .variants = kVariantsOfMany},
           .knobs = sharded_loops_knobs(),
           .charges = charges_of,
           .queue_model = queue_model}};
}

}  // namespace loopsteal
