#include "bench/theory/pollaczek.hpp"

#include "bench/theory/domain.hpp"

namespace loopsteal::theory {

double single_server_wait_mean(double load, const Service& service) {
  require_load(load);
  return load * service.moment(2) / (2 * (1 - load));
}

double single_server_wait_second_moment(double load, const Service& service, Order order) {
  const double mean = single_server_wait_mean(load, service);
  const double fifo = 2 * mean * mean + load * service.moment(3) / (3 * (1 - load));
  switch (order) {
    case Order::lifo:
      return fifo / (1 - load);
    case Order::random:
      return fifo / (1 - load / 2);
    case Order::fifo:
      break;
  }
  return fifo;
}

double processor_sharing_sojourn_mean(double load, double size) {
  require_load(load);
  require_at_least(0, size, "the size");
  return size / (1 - load);
}

}  // namespace loopsteal::theory
