// What the catalog knows of random stealing.
#include "sched/policy/random_stealing/options.hpp"

namespace loopsteal {
namespace {

// The mean-field models: jobs arrive at random workers, and a worker that runs out of work makes
// one attempt or none, and more of them at a rate.
bool is_mean_field(const RandomStealingOptions& options) {
  const bool at_once = options.transfer_latency == Duration::zero();
  return options.placement == Placement::random && options.steal == StealAmount::one &&
         options.search_on_empty <= 1 && options.victim == Victim::random && options.park &&
         options.self_check == Duration::zero() && (at_once || options.transfer == Transfer::exp);
}

QueueModel queue_model(const RandomStealingOptions& options) {
  using enum QueueModel::Sharing;
  return {.sharing = options.conserves_work() ? conserving
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

std::vector<SchedulerOf<RandomStealingOptions>> RandomStealingOptions::schedulers() {
  return {
      {.traits = {.name = "random_stealing",
                  .summary = "N threads with a queue each, stealing as queueing theory's models.",
                  .role = Role::model,
                  // Its operations on the idle set and the driver are the same code.
                  .cost_family = "work_stealing"},
       .knobs = random_stealing_knobs(),
       .presets = random_stealing_presets(),
       .charges = charges_of,
       .queue_model = queue_model}};
}

}  // namespace loopsteal
