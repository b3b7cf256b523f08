#include "bench/calibrate/originals/contained_costs.hpp"

#include <span>
#include <string>
#include <utility>

namespace loopsteal {
namespace {

struct Contained {
  std::string_view entry;
  std::string_view why;
};

constexpr std::string_view kSpawn = "in work: making a task and ending it is in the [work] tables";
constexpr std::string_view kClients =
    "none: clients are outside the runtime, here always on time and on CPUs of their own";

// asyncio and uvloop.
constexpr Contained kOfLoops[] = {
    {"moved", "in wake_up: the callback of a round trip comes from another thread, too"},
    {"spawn", kSpawn},
    {"lock", "none: a loop takes no lock of its own; call_soon_threadsafe's are in push_remote"},
    {"client_late", kClients},
    {"client", kClients},
    {"pop_remote", "none: call_soon_threadsafe appends to the queue from which pop_local takes"},
    {"park", "in wake_up: each way of a round trip has one of either"},
    {"poll", "in iteration: each looks at the descriptors"}};

// A worker of Tokio's is woken to steal, and the forks that wake_up comes from end with that.
constexpr std::string_view kStolen = "in wake_up: a fork to a sleeping worker ends with a steal";

constexpr Contained kOfTokio[] = {
    {"moved", kStolen},
    {"spawn", kSpawn},
    {"lock", "in pop_remote, overflow, unpark and timer_insert, which take it"},
    {"client_late", kClients},
    {"client", kClients},
    {"steal_attempt", kStolen},
    {"steal_operation", kStolen},
    {"stolen_job", kStolen},
    {"park", "in unpark: a worker that is woken often parks as often"},
    {"timer_cancel", "in timer_insert: the timers of a time-out are armed and cancelled together"},
    {"poll", "in run: a worker looks at the descriptors once for so many tasks"}};

}  // namespace

void add_contained(CostsFile& file, const OriginalTarget& target) {
  const auto all = target.two_loops.empty() ? std::span<const Contained>(kOfTokio) : kOfLoops;
  for (const auto& [entry, why] : all) {
    if (file.find("", entry) != nullptr || file.find(target.family, entry) != nullptr) continue;
    file.tables.push_back({std::string(target.family),
                           std::string(entry),
                           {.spread_ns = std::pair(0.0, 0.0), .origin = std::string(why)}});
  }
}

}  // namespace loopsteal
