#include "workloads/script/trace.hpp"

#include <nlohmann/json.hpp>

namespace loopsteal::script {
namespace {

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void Trace::line(std::uint64_t iteration, std::int64_t ticks, std::string_view task,
                 std::string_view text) {
  std::string line = "{";
  if (iteration != 0) line += "\"iter\":" + std::to_string(iteration) + ",";
  line += "\"t\":" + std::to_string(ticks) + ",\"task\":" + json_text(task) +
          ",\"text\":" + json_text(text) + "}\n";
  sink_(line);
}

void Trace::end(std::uint64_t iterations, std::int64_t ticks,
                const std::optional<std::string>& error) {
  sink_("{\"end\":true,\"iterations\":" + std::to_string(iterations) + ",\"t\":" +
        std::to_string(ticks) + ",\"error\":" + (error ? json_text(*error) : "null") + "}\n");
}

void Trace::misuse(std::string_view place) { sink_("{\"misuse\":" + json_text(place) + "}\n"); }

}  // namespace loopsteal::script
