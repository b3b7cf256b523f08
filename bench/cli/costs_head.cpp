#include "bench/cli/costs_head.hpp"

#include <fmt/format.h>

#include "bench/measure/host.hpp"
#include "bench/measure/manifest.hpp"

namespace loopsteal {
namespace {

std::string text_of(const Json& context, const char* key) {
  return context.contains(key) ? context[key].get<std::string>() : "unknown";
}

}  // namespace

CostsFile costs_head(const std::string& command_line) {
  const HostFacts host = read_host_facts();
  const Json context = make_context({.executable = "loopsteal", .command = command_line}, host);
  return {.machine = fmt::format("{}, {} CPUs{}, {}", text_of(context, "cpu_model"), host.cpus,
                                 host.virtual_machine ? ", a virtual machine" : "",
                                 text_of(context, "kernel")),
          .date = text_of(context, "date"),
          .commit = text_of(context, "commit"),
          .compiler = text_of(context, "compiler"),
          .tables = {}};
}

}  // namespace loopsteal
