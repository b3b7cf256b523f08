// What the catalog knows of work stealing.
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kVariants[] = {"", "lifo_slot=off", "steal=one", "preset=go-1.19",
                                          "preset=rayon"};
// Queues that hold all jobs: none goes to the injector, so an idle worker has to steal.
constexpr std::string_view kStealingProbes[] = {"queue_capacity=32768",
                                                "queue_capacity=32768,steal=one"};

// The mean-field models: jobs arrive at random workers, and a worker that runs out of work makes
// one attempt or none, and more of them at a rate.
bool is_mean_field(const WorkStealingOptions& options) {
  const bool at_once = options.transfer_latency == Duration::zero();
  return options.placement == Placement::random && options.steal == StealAmount::one &&
         options.search_on_empty <= 1 && options.victim == Victim::random && options.park &&
         options.self_check == Duration::zero() && (at_once || options.transfer == Transfer::exp);
}

QueueModel queue_model(const WorkStealingOptions& options) {
  using enum QueueModel::Sharing;
  // Requests wake no other task, so none of them ever lies in a slot.
  WorkStealingOptions without_slot = options;
  without_slot.lifo_slot = LifoSlot::off;
  const bool conserves = without_slot.conserves_work();
  return {.sharing = conserves                ? conserving
                     : is_mean_field(options) ? stealing
                                              : unsolved,
          .order = QueueModel::Order::random,  // Not in order of arrival, and not by size either.
          .stealing = QueueModel::Stealing{.when_emptied = options.search_on_empty != 0,
                                           .retry_rate = options.retry_rate,
                                           .threshold = options.victim_threshold,
                                           .victims = options.victims_sampled,
                                           .transfer = options.transfer_latency,
                                           .transfer_varies = options.transfer == Transfer::exp}};
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
       .charges = charges_of,
       .queue_model = queue_model}};
}

}  // namespace loopsteal
