// The texts are those of the program itself, as small as they come.
#include "tests/fuzz/small_files.hpp"

#include <array>

namespace loopsteal::fuzz {
namespace {

constexpr std::array kFiles = {
    SmallFile{"grid.toml", "size = \"small\"\nworkers = [1, 2]\nscheduler = [\"shared_queue\", \"event_loop\"]\nworkload = \"fan_out:tasks=5\"\n"},
    SmallFile{"slo.toml", "size = \"small\"\nprecision = \"50%\"\nslo = \"p99<=10ms\"\nslo-width = 0.5\nscheduler = \"event_loop\"\nworkload = \"requests\"\n"},
    SmallFile{"config.toml", "scheduler = \"event_loop\"\nworkload = \"fan_out:tasks=5\"\nmachine = \"sim\"\nsize = \"small\"\nseed = 3\n"},
    SmallFile{"bad.toml", "scheduler = [1, \nseed = \"x\"\n"},
    SmallFile{"costs.toml", "[push_local]\nvalue = 3\n[work_stealing.pop_local]\nvalue = \"1us\"\n"},
    SmallFile{"script.json", "{\"version\": 1, \"main\": \"m\", \"tasks\": {\"m\": [[\"spawn\", \"a\", \"h\"], [\"log\", \"x\"], [\"join\", \"h\"]], \"a\": [[\"sleep\", 2]]}}"},
    SmallFile{"loop.json", "{\"version\": 1, \"main\": \"m\", \"tasks\": {\"m\": [[\"repeat\", 5, [[\"yield\"], [\"event_wait\", \"e\"]]]]}}"},
    SmallFile{"dag.json", "{\"jobs\": [{\"name\": \"a\", \"time\": \"3us\"}, {\"name\": \"b\", \"time\": 1500, \"after\": [\"a\"]}]}"},
    SmallFile{"trace.csv", "arrival_s,service_s,key\n0,0.001,3\n0.2,0.002,1\n"},
    SmallFile{"llm.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6,374,44\n"},
    SmallFile{"empty.json", ""},
    SmallFile{"null.json", "null"},
    SmallFile{"cut.json", "{\"context\": {\"schema\": \"loopsteal.run/1\"}, \"benchmarks\": [{\"name\": "},
};

}  // namespace

std::span<const SmallFile> small_files() { return kFiles; }

}  // namespace loopsteal::fuzz
