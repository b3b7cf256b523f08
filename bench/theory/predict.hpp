// From what is run to what theory says of it.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/theory/mean_field.hpp"
#include "bench/theory/order.hpp"
#include "bench/theory/prediction.hpp"
#include "bench/theory/service.hpp"

namespace loopsteal::theory {

/// How the workers share the work.
enum class Pool {
  separate_loops,   ///< Each worker serves what was placed with it. One loop is one of these.
  work_conserving,  ///< No worker idles while somebody waits, and that costs nothing.
  stealing,         ///< Arrivals at every worker alike, then stealing by `stealing`.
};

/// Who gets an arrival, among separate loops.
enum class Placement {
  random,       ///< Any of them, each as likely.
  round_robin,  ///< Each in turn.
  shortest_of,  ///< The shortest of `choices` queues drawn at random.
  other,        ///< Something without theory: by key, by the least recently used ...
};

/// What is run: Poisson arrivals of load * workers per service time. The defaults are M/M/1.
struct Model {
  Pool pool = Pool::separate_loops;
  std::uint64_t workers = 1;
  double load = 0.5;  ///< Per worker.
  Service service = Service::exponential();
  Order order = Order::fifo;
  double iteration_cost = 0;  ///< Paid by a loop once per iteration that runs anything.
  Placement placement = Placement::random;
  std::uint64_t choices = 2;   ///< For Placement::shortest_of.
  StealingRule stealing = {};  ///< For Pool::stealing.
};

/// The strongest statement known, absent where there is none. Exact ones first, then limits and
/// approximations, which say so. May take some tenths of a second, for tails and for thousands of
/// workers. Throws std::invalid_argument for what cannot be run: a load outside (0, 1), no workers,
/// a negative cost.
std::optional<Prediction> predict(const Model& model);

}  // namespace loopsteal::theory
