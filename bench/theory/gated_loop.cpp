#include "bench/theory/gated_loop.hpp"

#include <cmath>

#include "bench/theory/domain.hpp"

namespace loopsteal::theory {
namespace {

// P(nobody arrives during an iteration). The generating function of the batch size satisfies
// G(z) = exp(-load cost (1 - z)) G(beta(z)) - p (1 - z), where beta(z) is the transform of the
// service at load (1 - z) and p the probability sought. From z = 0, where G is 0, applying it again
// and again leads to z = 1, where G is 1, and leaves p as the only unknown. gap = 1 - z shrinks by
// the factor `load` a step.
double probability_of_no_arrival(double load, double cost, const Service& service) {
  double gap = 1;
  double product = 1;
  double sum = 0;
  // Each term is below its forerunner times `load`, which bounds what is left out.
  while (product * gap > 1e-17 * (1 - load) * sum) {
    sum += product * gap;
    product *= std::exp(-load * cost * gap);
    gap = service.laplace_complement(load * gap);
  }
  // What the factors still to come would do to the product, while the gap shrinks by `load` a step.
  product *= std::exp(-load * cost * gap / (1 - load));
  return product / sum;
}

}  // namespace

GatedLoop gated_loop(double load, double cost, const Service& service) {
  require_load(load);
  require_at_least(0, cost, "the cost of an iteration");
  const double p = probability_of_no_arrival(load, cost, service);
  // The first two derivatives of the equation above at z = 1 are the moments of the batch size.
  const double batch = (load * cost + p) / (1 - load);
  const double square = service.moment(2);
  const double pairs =
      (load * cost * load * cost + 2 * load * cost * load * batch + batch * load * load * square) /
      (1 - load * load);
  const double cycle = cost + batch;
  const double cycle_square = cost * cost + 2 * cost * batch + batch * (square - 1) + pairs + batch;
  const double idle_share = p / batch;
  return {cost + (1 - idle_share) * (1 + load) * cycle_square / (2 * cycle), batch, idle_share};
}

}  // namespace loopsteal::theory
