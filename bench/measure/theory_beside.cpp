#include "bench/measure/theory_beside.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "bench/theory/predict.hpp"

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
  } else {
    return std::nullopt;
  }
  return model;
}

// Knobs that decide who runs what, but leave no worker idle while a request waits in a queue.
bool only_reorders(const Spec& scheduler) {
  constexpr std::array<std::string_view, 17> kReordering = {
      "local_order",     "lifo_slot",      "lifo_cap",       "steal",
      "victim",          "steal_rounds",   "searchers",      "queue_capacity",
      "overflow",        "injector_batch", "event_interval", "global_queue_interval",
      "budget",          "yield",          "deferred_order", "timer_granularity",
      "blocking_threads"};
  return std::ranges::all_of(scheduler.settings, [&](const auto& setting) {
    return std::ranges::find(kReordering, setting.first) != kReordering.end();
  });
}

std::optional<Model> model_of(const Point& point, Model model) {
  const std::string& name = point.scheduler.name;
  if (name == "event_loop" || name == "sharded_loops") return separate_loops(point, model);
  model.pool = Pool::work_conserving;
  if (name == "shared_queue") return model;
  if (name != "work_stealing" || !only_reorders(point.scheduler)) return std::nullopt;
  model.order = theory::Order::random;  // Not in order of arrival, and not by size either.
  return model;
}

// Theory knows what one thing costs: an iteration of a loop.
std::optional<double> iteration_cost_of(const Costs& costs) {
  CostModel others = costs.model;
  others.ops[static_cast<std::size_t>(Op::iteration)] = {};
  if (!others.free()) return std::nullopt;
  return static_cast<double>(costs.model.of(Op::iteration).count());
}

void scale(std::optional<double>& time, double unit) {
  if (time) *time *= unit;
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
      model_of(point, {.workers = point.workers,
                       .load = loop.load,
                       .service = *service,
                       .iteration_cost = *iteration_ns / loop.mean_service_ns});
  if (!model) return std::nullopt;
  if (*iteration_ns > 0 && model->pool != Pool::separate_loops) return std::nullopt;
  std::optional<theory::Prediction> prediction = theory::predict(*model);
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
  return QueueLoad{.load = loop.load,
                   .workers = alone || apart ? 1 : point.workers,
                   .pools = apart ? point.workers : 1,
                   .arrival_cv2 = loop.arrival_cv2,
                   .service_cv2 = loop.service_cv2};
}

}  // namespace loopsteal
