#include "bench/measure/machine_json.hpp"

#include "bench/measure/json_read.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

template <class T>
void read(T& value, const Json& json, const char* name) {
  if (json.contains(name)) value = required<T>(json, name);
}

}  // namespace

void add_machine(Json& json, const Row& row) {
  if (!row.costs.empty()) {
    json["costs"] = row.costs;
    json["cpus"] = row.cpus;
    json["shuffle_ties"] = row.shuffle_ties;
  }
  if (row.preset.empty()) return;
  json["preset"] = row.preset;
  json["preset_lacks"] = preset_lacks(row.scheduler, row.preset);
}

void read_machine(Row& row, const Json& json) {
  read(row.costs, json, "costs");
  read(row.cpus, json, "cpus");
  read(row.shuffle_ties, json, "shuffle_ties");
  read(row.preset, json, "preset");
  read(row.no_progress, json, "no_progress");
}

}  // namespace loopsteal
