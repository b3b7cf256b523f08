#include "bench/theory/predict.hpp"

#include <cmath>
#include <string>

#include "bench/theory/approximation.hpp"
#include "bench/theory/busy_period.hpp"
#include "bench/theory/deterministic_service.hpp"
#include "bench/theory/domain.hpp"
#include "bench/theory/erlang.hpp"
#include "bench/theory/erlang_arrivals.hpp"
#include "bench/theory/gated_loop.hpp"
#include "bench/theory/pollaczek.hpp"
#include "bench/theory/wait_distribution.hpp"

namespace loopsteal::theory {
namespace {

// Beyond, the approximation for pools errs by more than the fifth it errs by here.
constexpr double kApproximationCv2Max = 4;

const char* name_of(Order order) {
  switch (order) {
    case Order::lifo:
      return "LIFO";
    case Order::random:
      return "random order";
    case Order::fifo:
      break;
  }
  return "FIFO";
}

char letter_of(const Service& service) {
  switch (service.kind()) {
    case Service::Kind::exponential:
      return 'M';
    case Service::Kind::deterministic:
      return 'D';
    default:
      return 'G';
  }
}

// "M/D/16", with the order where it matters to the quantiles beside it.
std::string queue_name(const std::string& arrivals, const Service& service, std::uint64_t servers) {
  return arrivals + "/" + letter_of(service) + "/" + std::to_string(servers);
}

Prediction with_wait_mean(std::string name, double wait_mean, bool exact, std::string note) {
  Prediction prediction;
  prediction.name = std::move(name);
  prediction.exact = exact;
  prediction.note = std::move(note);
  if (std::isfinite(wait_mean)) {
    prediction.wait_mean = wait_mean;
    prediction.sojourn_mean = 1 + wait_mean;
  } else {
    prediction.note = "the service has no variance, so there is no mean to wait for";
  }
  return prediction;
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

template <class Queue>
void add_quantiles(const Queue& queue, Prediction& prediction) {
  prediction.sojourn_p50 = finite(queue.sojourn_quantile(0.50));
  prediction.sojourn_p99 = finite(queue.sojourn_quantile(0.99));
}

// The mean and P(W > 0) hold in every order, the quantiles under FIFO.
template <class Queue>
Prediction of_queue(std::string name, const Queue& queue, Order order) {
  Prediction prediction = with_wait_mean(std::move(name), queue.wait_mean(), true, "");
  prediction.probability_of_wait = queue.probability_of_wait();
  if (order == Order::fifo) {
    add_quantiles(queue, prediction);
  } else {
    prediction.note = "in every order the mean is the same, but quantiles are known for FIFO only";
  }
  return prediction;
}

Prediction gated(const Model& model) {
  const GatedLoop loop = gated_loop(model.load, model.iteration_cost, model.service);
  return with_wait_mean("gated " + queue_name("M", model.service, 1), loop.wait_mean, true,
                        "every iteration pays before it runs what was ready");
}

Prediction single_server(const Model& model) {
  const bool exponential = model.service.kind() == Service::Kind::exponential;
  const std::string name = queue_name("M", model.service, 1) + " " + name_of(model.order);
  Prediction prediction =
      with_wait_mean(name, single_server_wait_mean(model.load, model.service), true, "");
  prediction.probability_of_wait = model.load;
  if (model.order == Order::fifo && exponential) {
    add_quantiles(SharedExponential(1, model.load), prediction);
  } else if (model.order == Order::fifo) {
    add_quantiles(SingleServerWait(model.load, model.service), prediction);
  } else if (model.order == Order::lifo && exponential) {
    add_quantiles(LastComeExponential(model.load), prediction);
  }
  return prediction;
}

Prediction approximated(const Model& model, std::string name, std::uint64_t servers,
                        double arrival_cv2) {
  const double wait =
      allen_cunneen_wait_mean(servers, model.load, model.service.cv2(), arrival_cv2);
  return with_wait_mean(std::move(name), wait, false, "Allen and Cunneen's approximation");
}

std::optional<Prediction> in_turns(const Model& model) {
  const std::string name = queue_name("E" + std::to_string(model.workers), model.service, 1) + " " +
                           name_of(model.order);
  switch (model.service.kind()) {
    case Service::Kind::exponential:
      return of_queue(name, ErlangArrivals(model.workers, model.load), model.order);
    case Service::Kind::deterministic:
      // Whoever comes first is served first by either, and all services take the same: taking turns
      // is one queue for all.
      return of_queue(name, SharedDeterministic(model.workers, model.load), model.order);
    default:
      break;
  }
  if (!(model.service.cv2() <= kApproximationCv2Max)) return std::nullopt;
  return approximated(model, name, 1, 1 / static_cast<double>(model.workers));
}

std::optional<Prediction> separate_loops(const Model& model) {
  const bool dealt_by_chance = model.workers == 1 || model.placement == Placement::random ||
                               (model.placement == Placement::shortest_of && model.choices == 1);
  if (dealt_by_chance && model.iteration_cost == 0) return single_server(model);
  if (dealt_by_chance && model.order == Order::fifo) return gated(model);
  if (model.iteration_cost > 0) return std::nullopt;
  if (model.placement == Placement::round_robin) return in_turns(model);
  if (model.placement != Placement::shortest_of) return std::nullopt;
  if (model.service.kind() != Service::Kind::exponential) return std::nullopt;
  const double sojourn = shortest_of_sojourn_mean(model.load, model.choices);
  return with_wait_mean("JSQ(" + std::to_string(model.choices) + ")", sojourn - 1, false,
                        "the limit for very many loops");
}

std::optional<Prediction> work_conserving(const Model& model) {
  if (model.iteration_cost > 0) return std::nullopt;
  if (model.workers == 1) return single_server(model);
  const std::string name = queue_name("M", model.service, model.workers);
  switch (model.service.kind()) {
    case Service::Kind::exponential:
      return of_queue(name, SharedExponential(model.workers, model.load), model.order);
    case Service::Kind::deterministic:
      return of_queue(name, SharedDeterministic(model.workers, model.load), model.order);
    default:
      break;
  }
  if (!(model.service.cv2() <= kApproximationCv2Max)) return std::nullopt;
  return approximated(model, name, model.workers, 1);
}

std::optional<Prediction> stealing(const Model& model) {
  if (model.iteration_cost > 0) return std::nullopt;
  if (model.workers == 1) return single_server(model);
  if (model.service.kind() != Service::Kind::exponential) return std::nullopt;
  const StealingRule& rule = model.stealing;
  const bool known =
      rule.journey == 0 || (rule.victims == 1 && rule.retry_rate == 0 && rule.when_emptied);
  if (!known) return std::nullopt;
  const StealingLimit limit = stealing_limit(model.load, rule);
  return with_wait_mean("mean-field stealing", limit.sojourn_mean - 1, false,
                        "the limit for very many workers");
}

}  // namespace

std::optional<Prediction> predict(const Model& model) {
  require_workers(model.workers);
  require_load(model.load);
  require_at_least(0, model.iteration_cost, "the cost of an iteration");
  switch (model.pool) {
    case Pool::work_conserving:
      return work_conserving(model);
    case Pool::stealing:
      return stealing(model);
    case Pool::separate_loops:
      break;
  }
  return separate_loops(model);
}

}  // namespace loopsteal::theory
