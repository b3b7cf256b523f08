// `loopsteal script -`, with one event loop and one pool and nothing of the catalog: what the
// faulty copies of the schedulers are built into (see CMakeLists.txt).
//   script_program event_loop|tokio-1.24 < programs.jsonl
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "sched/machine/sim/sim_machine.hpp"
#include "sched/observe/observer.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/policy/work_stealing/policy.hpp"
#include "sched/runtime.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal {
namespace {

NullObserver observer;

template <template <class> class PolicyOn>
std::optional<script::Misuse> run(const script::Program& program, script::Trace& trace,
                                  const script::WorldOptions& words,
                                  const typename PolicyOn<SimMachine<NullObserver>>::Options& set) {
  using M = SimMachine<NullObserver>;
  using R = Runtime<PolicyOn, M, NullObserver>;
  typename R::Options options;
  options.name = "faulty";
  options.machine.reactors = PolicyOn<M>::kReactors;
  options.policy = set;
  options.seed = 1;
  R scheduler(options, observer);
  return script::run_program(program, scheduler, words, trace);
}

WorkStealingOptions as_tokio() {
  WorkStealingOptions options;
  for (const Preset& preset : work_stealing_presets())
    if (preset.name == "tokio-1.24")
      apply(options, work_stealing_knobs(),
            parse_spec("work_stealing:" + std::string(preset.settings)));
  return options;
}

int run_all(std::string_view scheduler) {
  std::string text;
  script::Trace trace([&](std::string_view line) { text += line; });
  for (std::string line; std::getline(std::cin, line); text.clear()) {
    try {
      const script::Program program = script::parse_program(line, "standard input");
      const auto misuse =
          scheduler == "event_loop"
              ? run<EventLoops>(program, trace, {.words = script::Words::asyncio}, {})
              : run<WorkStealing>(program, trace, {.words = script::Words::tokio_1_24}, as_tokio());
      if (misuse) trace.misuse(misuse->place);
    } catch (const script::ProgramError& error) {
      trace.misuse(error.place());
    } catch (const std::exception& error) {
      text += std::string("broken: ") + error.what() + "\n";  // What a fault may lead to.
    }
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace loopsteal

int main(int argc, char** argv) {
  if (argc == 2) return loopsteal::run_all(argv[1]);
  std::fputs("usage: script_program event_loop|tokio-1.24 < programs.jsonl\n", stderr);
  return 2;
}
