#include "bench/measure/campaign.hpp"

#include <numeric>
#include <utility>

#include "sched/core/random/random.hpp"

namespace loopsteal {

std::vector<Turn> order_of_turns(std::size_t points, const CampaignOptions& options) {
  std::vector<Turn> turns;
  std::vector<std::size_t> round(points);
  std::iota(round.begin(), round.end(), std::size_t{0});
  for (std::uint32_t repetition = 0; repetition < options.repetitions; ++repetition) {
    Stream random(options.seed, StreamRole::noise, repetition);
    for (std::size_t left = points; left > 1; --left) {
      std::swap(round[left - 1], round[random.below(left)]);
    }
    for (const std::size_t point : round) turns.push_back({point, repetition});
  }
  return turns;
}

void run_campaign(std::span<const Point> points, const CampaignOptions& options,
                  const std::function<Row(const Point&)>& measure,
                  const std::function<void(Row)>& take, const std::function<bool()>& stop) {
  if (points.empty()) return;
  if (options.warm_up)
    for (const Point& point : points)
      if (!stop()) measure(point);
  std::uint32_t position = 0;
  for (const Turn& turn : order_of_turns(points.size(), options)) {
    if (stop()) return;
    Point point = points[turn.point];
    point.seed = options.seed + turn.repetition;
    Row row = measure(point);
    row.repetitions = options.repetitions;
    row.repetition_index = turn.repetition;
    row.position = position++;
    take(std::move(row));
  }
}

}  // namespace loopsteal
