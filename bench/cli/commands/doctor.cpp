#include "bench/cli/commands/doctor.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {
namespace {

using State = Diagnosis::State;

struct DoctorCommand final : ParsedCommand {
  explicit DoctorCommand(CLI::App& app) { add_flag(app, "--json", json, "As JSON."); }
  /// Returns kExitNegative if anything would spoil a measurement.
  [[nodiscard]] int run(const Invocation&) const override {
    const std::vector<Diagnosis> diagnoses =
        diagnose(read_host_facts(), probe_handovers(), build_type(), build_is_for_measuring());
    standard_output()->write(
        render(diagnoses, json, wants_colour(ColourMode::automatic, STDOUT_FILENO)));
    return spoils_something(diagnoses) ? kExitNegative : kExitOk;
  }

  bool json = false;
};

// A tenth of a CPU taken by others is more than most differences one looks for.
constexpr double kLoadPerCpuMax = 0.1;

Diagnosis diagnose_cpus(const HostFacts& host) {
  if (host.cpus == 1) {
    return {"CPUs", State::spoils, "1: workers would take turns instead of working side by side",
            "Run where two CPUs or more are free (see taskset -p)."};
  }
  std::string finding = fmt::format("{}", host.cpus);
  if (!host.cpu_model.empty()) finding += ", " + host.cpu_model;
  if (host.mhz) finding += fmt::format(", {} MHz now", *host.mhz);
  return {"CPUs", State::good, finding, ""};
}

Diagnosis diagnose_quota(const HostFacts& host) {
  if (!host.quota_cpus) return {"cgroup quota", State::good, "none", ""};
  const std::string finding =
      fmt::format("{:.2f} CPUs' time on {} CPUs", *host.quota_cpus, host.cpus);
  if (*host.quota_cpus >= host.cpus) return {"cgroup quota", State::good, finding, ""};
  return {"cgroup quota", State::spoils,
          finding + ": workers are stopped in the middle when it is used up",
          "Raise the limit (docker: --cpus; cgroup 2: cpu.max) or take fewer workers."};
}

Diagnosis diagnose_governor(const HostFacts& host) {
  if (host.governor.empty()) {
    return {"frequency governor", State::unknown, "not told (usual in a virtual machine)", ""};
  }
  if (host.governor == "performance") return {"frequency governor", State::good, host.governor, ""};
  return {"frequency governor", State::spoils,
          host.governor + ": the clock changes while you measure",
          "cpupower frequency-set --governor performance"};
}

Diagnosis diagnose_turbo(const HostFacts& host) {
  if (!host.turbo) return {"turbo", State::unknown, "not told", ""};
  if (!*host.turbo) return {"turbo", State::good, "off", ""};
  return {"turbo", State::note, "on: one worker runs at a higher clock than many do",
          "echo 0 > /sys/devices/system/cpu/cpufreq/boost "
          "(Intel: echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo)"};
}

Diagnosis diagnose_smt(const HostFacts& host) {
  if (!host.smt) return {"SMT", State::unknown, "not told", ""};
  if (!*host.smt) return {"SMT", State::good, "off: a CPU is a core", ""};
  return {"SMT", State::note, "on: two CPUs may share a core, and its speed",
          "Pin with taskset to one CPU of each core, or echo off > "
          "/sys/devices/system/cpu/smt/control"};
}

Diagnosis diagnose_load(const HostFacts& host) {
  if (!host.load_average) return {"load", State::unknown, "not told", ""};
  const double load = (*host.load_average)[0];
  const std::string finding = fmt::format("{:.2f} over the last minute", load);
  if (load <= kLoadPerCpuMax * host.cpus) return {"load", State::good, finding, ""};
  return {"load", State::spoils, finding + ": others want the CPUs too",
          "Stop what else runs (see top), wait a minute, and look again."};
}

Diagnosis diagnose_clock(const HostFacts& host) {
  if (host.clock_source.empty()) return {"clock source", State::unknown, "not told", ""};
  // Read in user space, in some 20 ns; hpet and acpi_pm take a system call of microseconds.
  const bool fast = host.clock_source == "tsc" || host.clock_source == "kvm-clock" ||
                    host.clock_source == "arch_sys_counter" ||
                    host.clock_source.starts_with("hyperv");
  if (fast) return {"clock source", State::good, host.clock_source, ""};
  return {"clock source", State::spoils, host.clock_source + ": reading it takes microseconds",
          "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource"};
}

Diagnosis diagnose_build(std::string_view build_type, bool for_measuring) {
  if (for_measuring) return {"build", State::good, std::string(build_type), ""};
  return {"build", State::spoils,
          fmt::format("{}: its times are not those of the schedulers", build_type),
          "cmake --preset release && cmake --build --preset release"};
}

Diagnosis diagnose_virtual(const HostFacts& host) {
  if (!host.virtual_machine) return {"hardware", State::good, "no virtual machine", ""};
  return {"hardware", State::note, "a virtual machine: its CPUs may be taken away unseen",
          "Interleave and repeat, as compare does; trust ratios more than times."};
}

Diagnosis diagnose_sleep(const HostFacts& host) {
  if (!host.epoll_pwait2) return {"sleep in epoll", State::unknown, "not told", ""};
  if (*host.epoll_pwait2) return {"sleep in epoll", State::good, "epoll_pwait2", ""};
  return {"sleep in epoll", State::note,
          "no epoll_pwait2: each sleep of a worker takes one system call more (ppoll)",
          "Run on Linux 5.11 or later, and allow epoll_pwait2 in the seccomp profile."};
}

Diagnosis diagnose_handovers(std::span<const Handover> handovers) {
  if (handovers.empty()) {
    return {"cache-line hand-over", State::unknown, "one CPU: nobody to hand over to", ""};
  }
  const auto [near, far] = std::ranges::minmax(handovers, {}, &Handover::one_way_ns);
  std::string finding =
      fmt::format("{} one way (CPU {} to {})", human_time(near.one_way_ns), near.from, near.to);
  if (handovers.size() > 1) {
    finding +=
        fmt::format(", farthest {} (CPU {} to {})", human_time(far.one_way_ns), far.from, far.to);
  }
  return {"cache-line hand-over", State::note, finding, ""};
}

std::string_view name_of(State state) {
  switch (state) {
    case State::good:
      return "good";
    case State::unknown:
      return "unknown";
    case State::note:
      return "note";
    case State::spoils:
      return "SPOILS";
  }
  return "";
}

Colour colour_of(State state) {
  if (state == State::good) return Colour::good;
  return state == State::spoils ? Colour::bad : Colour::faint;
}

}  // namespace

std::vector<Diagnosis> diagnose(const HostFacts& host, std::span<const Handover> handovers,
                                std::string_view build_type, bool for_measuring) {
  return {diagnose_build(build_type, for_measuring),
          diagnose_cpus(host),
          diagnose_quota(host),
          diagnose_load(host),
          diagnose_governor(host),
          diagnose_turbo(host),
          diagnose_smt(host),
          diagnose_clock(host),
          diagnose_sleep(host),
          diagnose_virtual(host),
          diagnose_handovers(handovers)};
}

bool spoils_something(std::span<const Diagnosis> diagnoses) {
  return std::ranges::any_of(
      diagnoses, [](const Diagnosis& diagnosis) { return diagnosis.state == State::spoils; });
}

std::string render(std::span<const Diagnosis> diagnoses, bool json, bool colour) {
  if (json) {
    Json list = Json::array();
    for (const Diagnosis& diagnosis : diagnoses) {
      list.push_back(
          {{"what", diagnosis.what},
           {"spoils", diagnosis.state == State::spoils},
           {"state", diagnosis.state == State::spoils ? "spoils" : name_of(diagnosis.state)},
           {"finding", diagnosis.finding},
           {"remedy", diagnosis.remedy}});
    }
    return Json{{"diagnoses", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  TextTable table({{"what"}, {"state"}, {"finding"}});
  std::string remedies;
  for (const Diagnosis& diagnosis : diagnoses) {
    table.add({{std::string(diagnosis.what)},
               {std::string(name_of(diagnosis.state)), colour_of(diagnosis.state)},
               {diagnosis.finding}});
    if (!diagnosis.remedy.empty()) {
      remedies += fmt::format("  {}: {}\n", diagnosis.what, diagnosis.remedy);
    }
  }
  std::string text = table.render(TableStyle::text, colour);
  if (!remedies.empty()) text += "\nHow to mend it:\n" + remedies;
  text += spoils_something(diagnoses) ? "\nWhat is marked SPOILS would spoil a measurement here.\n"
                                      : "\nNothing found that would spoil a measurement here.\n";
  return text;
}

extern const Command doctor_command = {
    .name = "doctor",
    .summary = "Say what on this machine would spoil a measurement.",
    .examples =
        "Examples:\n"
        "  loopsteal doctor && loopsteal compare\n",
    .declare = &declare<DoctorCommand>};

}  // namespace loopsteal
