#include "bench/cli/script_command.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/costs.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/preset_note.hpp"
#include "bench/measure/standard_streams.hpp"
#include "sched/catalog.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal {
namespace {

using script::Misuse;
using script::Program;

script::Words words_of(const std::string& text) {
  constexpr std::array<std::string_view, 2> kWords = {"asyncio", "tokio-1.24"};
  if (text == kWords[0]) return script::Words::asyncio;
  if (text == kWords[1]) return script::Words::tokio_1_24;
  throw UsageError(fmt::format("--words: nobody speaks \"{}\". It takes asyncio or tokio-1.24.{}",
                               text, did_you_mean(text, kWords)));
}

Duration tick_of(const std::string& text) {
  const Duration tick = parse_duration(text);
  if (tick <= Duration::zero() || tick > std::chrono::seconds(1))
    throw UsageError("--tick: a tick takes more than no time, and a second at most.");
  return tick;
}

WorkerId workers_of(const std::string& text) {
  const std::int64_t workers = parse_integer(text, {1, 65'535});
  return static_cast<WorkerId>(workers);
}

/// Makes schedulers, and runs programs on them.
class Runner {
 public:
  explicit Runner(const ScriptCommand& command)
      : spec_(parse_spec(command.scheduler)),
        options_{words_of(command.words), tick_of(command.tick)},
        costs_(parse_costs(command.costs).for_scheduler(spec_.name)),
        setup_{.machine = command.machine,
               .workers = workers_of(command.workers),
               .seed = command.seed,
               .sim = {.costs = costs_.model}} {
    if (command.machine == "sim") check_costs_known(spec_, setup_.workers, costs_);
  }

  std::optional<Misuse> run(const Program& program, script::Trace& trace) const {
    // A fresh one each time: queues, ticks and iterations begin anew.
    const std::unique_ptr<Scheduler> scheduler = make_scheduler(spec_, setup_);
    return with_explained_costs(
        spec_, costs_, [&] { return script::run_program(program, *scheduler, options_, trace); });
  }

 private:
  const Spec spec_;
  const script::WorldOptions options_;
  const Costs costs_;
  const SchedulerSetup setup_;
};

/// Collects a trace, so that it is written at once.
class Collected {
 public:
  explicit Collected(Output& output) : output_(output) {}
  void flush() {
    output_.write(text_);
    text_.clear();
  }
  script::Trace trace{[this](std::string_view line) { text_ += line; }};

 private:
  Output& output_;
  std::string text_;
};

bool run_file(const std::string& path, const Runner& runner, Collected& out) {
  std::optional<Misuse> misuse;
  try {
    misuse = runner.run(script::read_program_file(path), out.trace);
  } catch (const script::ProgramError& error) {
    tell("{}", error.what());
    return false;
  }
  out.flush();
  if (misuse) tell("{}: {}: {}", path, misuse->place, misuse->sentence);
  return !misuse;
}

void run_stream(const Runner& runner, Collected& out) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      const auto misuse = runner.run(script::parse_program(line, "standard input"), out.trace);
      if (misuse) out.trace.misuse(misuse->place);
    } catch (const script::ProgramError& error) {
      out.trace.misuse(error.place());
    }
    out.flush();
  }
}

}  // namespace

int script_command(const ScriptCommand& command) {
  if (command.files.empty())
    throw UsageError(
        "A program is missing: loopsteal script PROGRAM.json, or - to read programs "
        "from standard input, one a line.");
  const Runner runner(command);
  const Spec asked = parse_spec(command.scheduler);
  if (const auto note = preset_note(asked.name, preset_of(asked)))
    fmt::print(stderr, "loopsteal: {}\n", *note);
  const std::unique_ptr<Output> output = open_output(command.output);
  Collected out(*output);
  bool all_right = true;
  for (const std::string& file : command.files) {
    if (file == "-") {
      run_stream(runner, out);
    } else {
      all_right &= run_file(file, runner, out);
    }
  }
  output->commit();
  return all_right ? kExitOk : kExitUsage;
}

}  // namespace loopsteal
