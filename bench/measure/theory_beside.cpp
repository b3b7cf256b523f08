#include "bench/measure/theory_beside.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "bench/theory/predict.hpp"
#include "sched/policy/event_loops/options.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {
namespace {

using theory::Model;
using theory::Pool;
using theory::Service;

std::string_view setting_of(const Spec& spec, std::string_view key, std::string_view otherwise) {
  for (const auto& [name, value] : spec.settings) {
    if (name == key) return value;
  }
  return otherwise;
}

std::optional<Service> service_of(const OpenLoop& loop) {
  if (!loop.service) return std::nullopt;
  switch (*loop.service) {
    case ServiceKind::det:
      return Service::deterministic();
    case ServiceKind::exp:
      return Service::exponential();
    case ServiceKind::bimodal1:
      return Service::bimodal_1();
    case ServiceKind::bimodal2:
      return Service::bimodal_2();
    case ServiceKind::lognormal:
      if (loop.service_cv2 > 0) return Service::lognormal(loop.service_cv2);
      return Service::deterministic();
    case ServiceKind::pareto:
      // cv2 = 1 / (alpha (alpha - 2)); an infinite one does not tell the alpha.
      if (!std::isfinite(loop.service_cv2)) return std::nullopt;
      return Service::pareto(1 + std::sqrt(1 + 1 / loop.service_cv2));
    default:
      return std::nullopt;
  }
}

std::optional<Model> separate_loops(const Point& point, Model model) {
  model.pool = Pool::separate_loops;
  const std::string_view placement = setting_of(point.scheduler, "placement", "round_robin");
  if (point.scheduler.name == "event_loop") {
    model.workers = 1;
  } else if (placement == "random") {
    model.placement = theory::Placement::random;
  } else if (placement == "round_robin") {
    model.placement = theory::Placement::round_robin;
  } else if (placement == "jsq") {
    EventLoopsOptions options;
    apply(options, sharded_loops_knobs(), point.scheduler);
    model.placement = theory::Placement::shortest_of;
    model.choices = options.placement_choices;
  } else {
    return std::nullopt;
  }
  return model;
}

// The mean-field models: jobs arrive at random workers, and who runs out of work makes one attempt
// or none, and more of them at a rate.
std::optional<theory::StealingRule> stealing_rule(const WorkStealingOptions& options,
                                                  double mean_service_ns) {
  const bool at_once = options.transfer_latency == Duration::zero();
  const bool known = options.placement == Placement::random && options.steal == StealAmount::one &&
                     options.search_on_empty <= 1 && options.victim == Victim::random &&
                     options.park && options.self_check == Duration::zero() &&
                     (at_once || options.transfer == Transfer::exp);
  if (!known) return std::nullopt;
  return theory::StealingRule{
      .when_emptied = options.search_on_empty == 1,
      .retry_rate = options.retry_rate * mean_service_ns / 1e9,
      .threshold = options.victim_threshold,
      .victims = options.victims_sampled,
      .journey = static_cast<double>(options.transfer_latency.count()) / mean_service_ns};
}

std::optional<Model> work_stealing(const Point& point, Model model, double mean_service_ns) {
  WorkStealingOptions options;
  apply(options, work_stealing_knobs(), point.scheduler);
  // Requests wake nobody, so none of them ever lies in a slot.
  options.lifo_slot = LifoSlot::off;
  model.order = theory::Order::random;  // Not in order of arrival, and not by size either.
  if (options.conserves_work()) {
    model.pool = Pool::work_conserving;
    return model;
  }
  const std::optional<theory::StealingRule> rule = stealing_rule(options, mean_service_ns);
  if (!rule) return std::nullopt;
  model.pool = Pool::stealing;
  model.stealing = *rule;
  return model;
}

std::optional<Model> model_of(const Point& point, Model model, double mean_service_ns) {
  const std::string& name = point.scheduler.name;
  if (name == "event_loop" || name == "sharded_loops") return separate_loops(point, model);
  if (name == "work_stealing") return work_stealing(point, model, mean_service_ns);
  if (name != "shared_queue") return std::nullopt;
  model.pool = Pool::work_conserving;
  return model;
}

// Theory knows what one thing costs: an iteration of a loop.
std::optional<double> iteration_cost_of(const Costs& costs) {
  CostModel others = costs.model;
  others.ops[static_cast<std::size_t>(Op::iteration)] = {};
  if (!others.free() || costs.noise.on()) return std::nullopt;
  return static_cast<double>(costs.model.of(Op::iteration).count());
}

void scale(std::optional<double>& time, double unit) {
  if (time) *time *= unit;
}

// Workers that steal by chance, each of which forgets as a lone one would that is as long about its
// jobs: at a load of 1 - 1 / sojourn. For simple stealing that is exact, as its queues have the
// tails of such a worker's.
std::optional<QueueLoad> one_of_many(const Point& point, const OpenLoop& loop) {
  if (point.scheduler.name != "work_stealing") return std::nullopt;
  const std::optional<Model> model = work_stealing(point, {}, loop.mean_service_ns);
  if (!model || model->pool != Pool::stealing) return std::nullopt;
  const std::optional<theory::Prediction> prediction = theory_of(point, loop);
  if (!prediction || !prediction->sojourn_mean) return std::nullopt;
  const double load = 1 - loop.mean_service_ns / *prediction->sojourn_mean;
  if (!(load > 0)) return std::nullopt;
  return QueueLoad{.load = std::min(load, loop.load),
                   .workers = 1,
                   .pools = point.workers,
                   .samples = true,
                   .arrival_cv2 = loop.arrival_cv2,
                   .service_cv2 = loop.service_cv2};
}

}  // namespace

std::optional<theory::Prediction> theory_of(const Point& point, const OpenLoop& loop) {
  const bool poisson = loop.arrivals == ArrivalKind::poisson;
  const bool outside = setting_of(point.workload, "source", "outside") == "outside";
  if (!point.is_virtual() || !poisson || !outside || !(loop.load < 1)) return std::nullopt;
  const std::optional<Service> service = service_of(loop);
  const std::optional<double> iteration_ns = iteration_cost_of(point.costs);
  if (!service || !iteration_ns || loop.mean_service_ns <= 0) return std::nullopt;
  const std::optional<Model> model =
      model_of(point,
               {.workers = point.workers,
                .load = loop.load,
                .service = *service,
                .iteration_cost = *iteration_ns / loop.mean_service_ns},
               loop.mean_service_ns);
  if (!model) return std::nullopt;
  if (*iteration_ns > 0 && model->pool != Pool::separate_loops) return std::nullopt;
  std::optional<theory::Prediction> prediction;
  try {
    prediction = theory::predict(*model);
  } catch (const std::invalid_argument&) {
    return std::nullopt;  // A combination that nobody has solved.
  }
  if (!prediction) return std::nullopt;
  for (auto* time : {&prediction->wait_mean, &prediction->sojourn_mean, &prediction->sojourn_p50,
                     &prediction->sojourn_p99}) {
    scale(*time, loop.mean_service_ns);
  }
  return prediction;
}

std::optional<QueueLoad> queue_of(const Point& point, const OpenLoop& loop) {
  if (!(loop.load > 0) || !(loop.load < 1)) return std::nullopt;
  const std::string& name = point.scheduler.name;
  const bool alone = name == "event_loop";
  const bool apart = name == "sharded_loops";
  if (const std::optional<QueueLoad> each = one_of_many(point, loop)) return each;
  return QueueLoad{.load = loop.load,
                   .workers = alone || apart ? 1 : point.workers,
                   .pools = apart ? point.workers : 1,
                   .arrival_cv2 = loop.arrival_cv2,
                   .service_cv2 = loop.service_cv2};
}

}  // namespace loopsteal
