#include "bench/measure/theory_beside.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <string_view>

#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/theory/predict.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

using theory::Model;
using theory::Pool;
using theory::Service;

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

std::optional<theory::Placement> placement_of(const QueueModel& queue) {
  switch (queue.placement) {
    case QueueModel::Placement::random:
      return theory::Placement::random;
    case QueueModel::Placement::round_robin:
      return theory::Placement::round_robin;
    case QueueModel::Placement::shortest_of:
      return theory::Placement::shortest_of;
    case QueueModel::Placement::unsolved:
      break;
  }
  return std::nullopt;
}

theory::StealingRule rule_of(const QueueModel::Stealing& stealing, double mean_service_ns) {
  return {.when_emptied = stealing.when_emptied,
          .retry_rate = stealing.retry_rate * mean_service_ns / 1e9,
          .threshold = stealing.threshold,
          .victims = stealing.victims,
          .journey = static_cast<double>(stealing.transfer.count()) / mean_service_ns};
}

// Workers, load, service and iteration cost are those of `model`; the rest is what the scheduler
// says of itself.
std::optional<Model> model_of(const Point& point, Model model, double mean_service_ns) {
  const QueueModel queue = queue_model_of(point.scheduler);
  if (has_one_worker(point.scheduler.name)) model.workers = 1;
  if (queue.order == QueueModel::Order::random) model.order = theory::Order::random;
  switch (queue.sharing) {
    case QueueModel::Sharing::partition: {
      const std::optional<theory::Placement> placement = placement_of(queue);
      if (!placement) return std::nullopt;
      model.pool = Pool::separate_loops;
      model.placement = *placement;
      model.choices = queue.choices;
      return model;
    }
    case QueueModel::Sharing::conserving:
      model.pool = Pool::work_conserving;
      return model;
    case QueueModel::Sharing::stealing:
      model.pool = Pool::stealing;
      model.stealing = rule_of(queue.stealing.value(), mean_service_ns);
      return model;
    case QueueModel::Sharing::unsolved:
      break;
  }
  return std::nullopt;
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

// The bounds that greedy scheduling has, in ns; absent where the work is not known beforehand, or
// operations cost something.
std::optional<theory::MakespanBounds> greedy_bounds_of(const Point& point,
                                                       const WorkloadInfo& workload) {
  if (!point.is_virtual() || !point.costs.model.free() || point.costs.noise.on())
    return std::nullopt;
  const WorkloadSetup setup = setup_of(point);
  const std::optional<WorkSpan> known = workload.work_span(point.workload, setup);
  if (!known) return std::nullopt;
  return theory::greedy_bounds(static_cast<double>(known->work.count()),
                               static_cast<double>(known->span.count()), setup.workers);
}

}  // namespace

std::optional<theory::Prediction> theory_of(const Point& point, const OpenLoop& loop) {
  const bool poisson = loop.arrivals == ArrivalKind::poisson;
  const std::string* const source = setting_of(point.workload, "source");
  const bool outside = source == nullptr || *source == "outside";
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

void add_theory(Row& row, const Point& asked, const WorkloadCatalog& workloads) {
  if (row.failed()) return;
  try {
    const Point point = with_planned_requests(asked);
    row.greedy_bounds = greedy_bounds_of(point, workloads.named(point.workload.name));
    if (row.estimates && row.estimates->regime == Regime::steady)
      row.estimates->theory = theory_of(point, open_loop_of(point, workloads).value());
  } catch (const std::exception& error) {
    row.error = error.what();
  }
}

std::optional<QueueLoad> queue_of(const Point& point, const OpenLoop& loop) {
  if (!(loop.load > 0) || !(loop.load < 1)) return std::nullopt;
  const QueueModel queue = queue_model_of(point.scheduler);
  if (queue.sharing == QueueModel::Sharing::stealing) {
    if (const std::optional<QueueLoad> each = one_of_many(point, loop)) return each;
  }
  const WorkerId workers = has_one_worker(point.scheduler.name) ? 1 : point.workers;
  const bool apart = queue.sharing == QueueModel::Sharing::partition;
  return QueueLoad{.load = loop.load,
                   .workers = apart ? 1 : workers,
                   .pools = apart ? workers : 1,
                   .arrival_cv2 = loop.arrival_cv2,
                   .service_cv2 = loop.service_cv2};
}

}  // namespace loopsteal
