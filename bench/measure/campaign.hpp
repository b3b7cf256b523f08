// Many points, several repetitions each, in an order that is fair to all of them.
//
// Repetitions are interleaved: each round runs every point once, in an order shuffled by the seed,
// so that what changes over time (heat, neighbours, caches) meets all points alike. In round r
// every point has the seed `seed + r`: the same input for all schedulers, another one each round.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bench/measure/row.hpp"

namespace loopsteal {

struct CampaignOptions {
  std::uint32_t repetitions = 1;
  std::uint64_t seed = 1;
  /// One run of each point ahead of all others whose row is thrown away: it pays for pages, threads
  /// and libraries touched for the first time, which the later repetitions find there.
  bool warm_up = false;
};

/// One run of the campaign: which point, and which repetition of it.
struct Turn {
  std::size_t point;
  std::uint32_t repetition;
  friend bool operator==(const Turn&, const Turn&) = default;
};

/// All turns in the order in which they are taken. The same seed gives the same order.
std::vector<Turn> order_of_turns(std::size_t points, const CampaignOptions& options);

/// Runs `measure` for each turn and hands each row to `take`, until `stop`, asked before each turn,
/// says true. A row that was under way when `stop` became true is still taken. What `measure` or
/// `take` throws ends the campaign and passes on.
void run_campaign(std::span<const Point> points, const CampaignOptions& options,
                  const std::function<Row(const Point&)>& measure,
                  const std::function<void(Row)>& take, const std::function<bool()>& stop);

}  // namespace loopsteal
