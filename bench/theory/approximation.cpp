#include "bench/theory/approximation.hpp"

#include "bench/theory/domain.hpp"
#include "bench/theory/erlang.hpp"

namespace loopsteal::theory {

double allen_cunneen_wait_mean(std::uint64_t workers, double load, double service_cv2,
                               double arrival_cv2) {
  require_at_least(0, service_cv2, "the squared coefficient of variation of the service");
  require_at_least(0, arrival_cv2, "the squared coefficient of variation of the arrivals");
  return SharedExponential(workers, load).wait_mean() * (service_cv2 + arrival_cv2) / 2;
}

}  // namespace loopsteal::theory
