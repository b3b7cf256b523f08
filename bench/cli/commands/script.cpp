// `loopsteal script`: which task runs when in a program of the user's own.
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/costs.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/preset_note.hpp"
#include "bench/measure/standard_streams.hpp"
#include "sched/catalog.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal {
namespace {

using script::Misuse;
using script::Program;

struct ScriptCommand final : ParsedCommand {
  explicit ScriptCommand(CLI::App& app) {
    add_argument(app, "programs", files, "PROGRAM.json",
                 "JSON files (docs/scripts.md); - reads one program a line.");
    add_value(app, "--scheduler", scheduler, "SPEC", "The scheduler that runs the tasks.");
    add_value(app, "--machine", machine, "sim|threads", "Virtual or real time.");
    add_value(app, "--workers", workers, "1..65535", "Workers it has.");
    add_value(app, "--costs", costs, "FILE.toml|NAME", "What operations cost in virtual time.");
    add_value(app, "--words", words, "asyncio|tokio-1.24",
              "Dialect of cancelling, queues and semaphores.");
    add_value(app, "--tick", tick, "1ns..1s", "How long a tick is.");
    add_value(app, "--seed", seed, "0 or more", "Of the scheduler's choices.");
    add_value(app, "-o,--output", output, "FILE", "Where the trace goes.");
  }
  /// Runs each program on a scheduler of its own and writes its trace. Returns kExitUsage if one of
  /// them does what no program may; standard error says so, and the others are run all the same.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::vector<std::string> files;  ///< "-": one program a line of standard input.
  std::string scheduler = "event_loop";
  std::string machine = "sim";
  std::string workers = "1";
  std::string costs = "zero";
  std::string words = "asyncio";
  std::string tick = "1ms";
  std::uint64_t seed = 1;
  std::string output = "-";
};

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

int ScriptCommand::run(const Invocation&) const {
  if (files.empty())
    throw UsageError(
        "A program is missing: loopsteal script PROGRAM.json, or - to read programs "
        "from standard input, one a line.");
  const Runner runner(*this);
  const Spec asked = parse_spec(scheduler);
  if (const auto note = preset_note(asked.name, preset_of(asked)))
    fmt::print(stderr, "loopsteal: {}\n", *note);
  const std::unique_ptr<Output> trace = open_output(output);
  Collected out(*trace);
  bool all_right = true;
  for (const std::string& file : files) {
    if (file == "-") {
      run_stream(runner, out);
    } else {
      all_right &= run_file(file, runner, out);
    }
  }
  trace->commit();
  return all_right ? kExitOk : kExitUsage;
}

}  // namespace

extern const Command script_command = {
    .name = "script",
    .summary = "Run programs of your own and print the order of their steps.",
    .examples =
        "Examples:\n"
        "  loopsteal script docs/cards/yield.json\n"
        "  loopsteal script p.json --scheduler work_stealing:preset=tokio-1.24 \\\n"
        "      --words tokio-1.24\n"
        "  loopsteal script p.json --scheduler shared_queue --workers 4 --machine threads\n"
        "  loopsteal script - < programs.jsonl         one program a line\n"
        "\n"
        "Exit status 2: a program does what none may; the place is on standard error.\n",
    .declare = &declare<ScriptCommand>};

}  // namespace loopsteal
