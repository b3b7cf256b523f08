#include "bench/calibrate/calibration.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/measure/campaign.hpp"

namespace loopsteal {

CostsFile calibrate(Calibration& calibration, const CalibrationOptions& options, CostsFile head) {
  const std::vector<Turn> turns = order_of_turns(
      calibration.programs(), {.repetitions = options.repetitions, .seed = options.seed});
  std::size_t done = 0;
  for (const Turn& turn : turns) {
    if (options.stop && options.stop()) throw std::runtime_error("Stopped.");
    if (options.progress) options.progress(done++, turns.size(), calibration.name(turn.point));
    calibration.run(turn.point);
  }
  return calibration.costs(std::move(head));
}

}  // namespace loopsteal
