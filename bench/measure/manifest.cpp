#include "bench/measure/manifest.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/measure/row_json.hpp"
#include "build_info.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

std::string date_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

bool needs_quotes(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  return word.empty() || word.find_first_not_of(kPlain) != std::string_view::npos;
}

std::string quoted_for_shell(std::string_view word) {
  if (!needs_quotes(word)) return std::string(word);
  std::string result = "'";
  for (const char letter : word) {
    if (letter == '\'') {
      result += "'\\''";
    } else {
      result.push_back(letter);
    }
  }
  return result + "'";
}

void add_host(Json& context, const HostFacts& host) {
  const auto add = [&context](const char* name, const auto& value) {
    if (value) context[name] = *value;
  };
  const auto add_text = [&context](const char* name, const std::string& value) {
    if (!value.empty()) context[name] = value;
  };
  add_text("kernel", host.kernel);
  add_text("cpu_model", host.cpu_model);
  add_text("governor", host.governor);
  add("smt", host.smt);
  add("turbo", host.turbo);
  add_text("clock_source", host.clock_source);
  if (host.quota_cpus) set_finite(context, "cgroup_quota_cpus", *host.quota_cpus);
  context["virtual_machine"] = host.virtual_machine;
}

}  // namespace

std::string shell_line(std::span<const std::string_view> words) {
  std::string line;
  for (const std::string_view word : words) {
    if (!line.empty()) line.push_back(' ');
    line += quoted_for_shell(word);
  }
  return line;
}

std::string build_type() {
  std::string type = lower_case(build_info::kBuildType);
  if (type.empty()) type = "unknown";
  if (!build_info::kSanitize.empty()) type += "+" + std::string(build_info::kSanitize);
  return type;
}

bool build_is_for_measuring() {
  const std::string type = build_type();
  return type == "release" || type == "relwithdebinfo";
}

Json make_context(const Undertaking& undertaking, const HostFacts& host) {
  Json context;
  context["date"] = date_now();
  context["host_name"] = host.name;
  context["executable"] = undertaking.executable;
  context["num_cpus"] = host.cpus;
  if (host.mhz) context["mhz_per_cpu"] = *host.mhz;
  context["cpu_scaling_enabled"] = !host.governor.empty() && host.governor != "performance";
  context["caches"] = Json::array();
  context["load_avg"] = Json::array();
  if (host.load_average) context["load_avg"] = *host.load_average;
  context["library_build_type"] = build_is_for_measuring() ? "release" : "debug";
  context["schema"] = kSchemaName;
  context["command"] = undertaking.command;
  context["seed"] = undertaking.seed;
  context["machine"] = undertaking.machine;
  // Real threads: "steady_clock" of the C++ library, CLOCK_MONOTONIC underneath.
  context["clock"] = "CLOCK_MONOTONIC";
  context["time"] = undertaking.machine == "threads" ? "real" : "virtual";
  // The order of tables and figures; the first is the usual baseline.
  context["schedulers"] = Json::array();
  for (const SchedulerInfo& info : schedulers()) context["schedulers"].push_back(info.name);
  context["loopsteal_version"] = build_info::kVersion;
  context["loopsteal_build_type"] = build_type();
  context["commit"] = build_info::kCommit;
  context["dirty"] = build_info::kDirty;
  context["compiler"] = build_info::kCompiler;
  context["flags"] = build_info::kFlags;
  add_host(context, host);
  return context;
}

}  // namespace loopsteal
