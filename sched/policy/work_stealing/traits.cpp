// What the catalog knows of work stealing.
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kVariants[] = {"", "lifo_slot=off", "steal=one", "preset=go-1.19",
                                          "preset=rayon"};
// Queues that hold all jobs: none goes to the injector, so an idle worker has to steal.
constexpr std::string_view kStealingProbes[] = {"queue_capacity=32768",
                                                "queue_capacity=32768,steal=one"};

// Settings of the models of queueing theory, which random_stealing has.
constexpr MovedSetting kMoved[] = {{"placement"},
                                   {"placement_choices"},
                                   {"hot_share"},
                                   {"search_on_empty"},
                                   {"retry_rate"},
                                   {"victim_threshold"},
                                   {"victims_sampled"},
                                   {"stolen_order"},
                                   {"transfer_latency"},
                                   {"transfer"},
                                   {"probes_per_step"},
                                   {"self_check"},
                                   {"park"},
                                   {"local_order", "random"},
                                   {"steal", "half_floor"},
                                   {"preset", "mean-field"},
                                   {"preset", "probing"}};

QueueModel queue_model(const WorkStealingOptions& options) {
  // Requests wake no other task, so none of them ever lies in a slot.
  WorkStealingOptions without_slot = options;
  without_slot.lifo_slot = LifoSlot::off;
  return {.sharing = without_slot.conserves_work() ? QueueModel::Sharing::conserving
                                                   : QueueModel::Sharing::unsolved,
          .order = QueueModel::Order::random,  // Not in order of arrival, and not by size either.
          .stealing = QueueModel::Stealing{}};
}

}  // namespace

std::vector<SchedulerOf<WorkStealingOptions>> WorkStealingOptions::schedulers() {
  return {
      {.traits = {.name = "work_stealing",
                  .summary = "N threads with a queue each, stealing when theirs is empty: Tokio's.",
                  .depth_first = true,
                  .cost_family = "work_stealing",
                  .variants = kVariants,
                  .stealing_probes = kStealingProbes},
       .knobs = work_stealing_knobs(),
       .presets = work_stealing_presets(),
       .gaps = work_stealing_preset_gaps(),
       .moved = {kMoved, "random_stealing"},
       .charges = charges_of,
       .queue_model = queue_model}};
}

}  // namespace loopsteal
