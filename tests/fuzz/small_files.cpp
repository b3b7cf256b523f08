// The texts are those of the program's documents, as small as they come, and a few that are wrong.
#include "tests/fuzz/small_files.hpp"

#include <array>

namespace loopsteal::fuzz {
namespace {

constexpr std::array kFiles = {
    SmallFile{"grid.toml", R"(size = "small"
workers = [1, 2]
scheduler = ["shared_queue", "event_loop"]
workload = "fan_out:tasks=5"
)"},
    SmallFile{"slo.toml", R"(size = "small"
precision = "50%"
slo = "p99<=10ms"
slo-width = 0.5
scheduler = "event_loop"
workload = "requests"
)"},
    SmallFile{"config.toml", R"(scheduler = "event_loop"
workload = "fan_out:tasks=5"
machine = "sim"
size = "small"
seed = 3
)"},
    SmallFile{"bad.toml", "scheduler = [1, \nseed = "},
    SmallFile{"costs.toml", R"([push_local]
value = 3
[work_stealing.pop_local]
value = "1us"
)"},
    SmallFile{"script.json", R"({"version": 1, "main": "m", "tasks": {)"
                             R"("m": [["spawn", "a", "h"], ["log", "x"], ["join", "h"]],)"
                             R"("a": [["sleep", 2]]}})"},
    SmallFile{"loop.json", R"({"version": 1, "main": "m", "tasks": {)"
                           R"("m": [["repeat", 5, [["yield"], ["event_wait", "e"]]]]}})"},
    SmallFile{"dag.json", R"({"jobs": [{"name": "a", "time": "3us"},
          {"name": "b", "time": 1500, "after": ["a"]}]})"},
    SmallFile{"trace.csv", "arrival_s,service_s,key\n0,0.001,3\n0.2,0.002,1\n"},
    SmallFile{"llm.csv", R"(TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.6,374,44
)"},
    SmallFile{"empty.json", ""},
    SmallFile{"null.json", "null"},
    SmallFile{"cut.json", R"({"context": {"schema": "loopsteal.run/1"}, "benchmarks": [{"name": )"},
};

}  // namespace

std::span<const SmallFile> small_files() { return kFiles; }

}  // namespace loopsteal::fuzz
