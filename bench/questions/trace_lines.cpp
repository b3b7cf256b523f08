#include "bench/questions/trace_lines.hpp"

#include "bench/measure/json.hpp"

namespace loopsteal::questions {

std::vector<TraceLine> trace_lines(std::string_view trace) {
  std::vector<TraceLine> lines;
  while (!trace.empty()) {
    const std::size_t end = trace.find('\n');
    const Json json = Json::parse(trace.substr(0, end));
    trace.remove_prefix(end == std::string_view::npos ? trace.size() : end + 1);
    if (json.contains("end")) continue;
    lines.push_back({.iteration = json.value("iter", std::int64_t{0}),
                     .ticks = json.at("t").get<std::int64_t>(),
                     .task = json.at("task").get<std::string>(),
                     .text = json.at("text").get<std::string>()});
  }
  return lines;
}

}  // namespace loopsteal::questions
