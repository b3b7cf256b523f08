#include "workloads/script/run.hpp"

namespace loopsteal::script {

std::optional<Misuse> run_program(const Program& program, Scheduler& scheduler,
                                  const WorldOptions& options, Trace& trace) {
  scheduler.set_exception_handler([](const std::exception_ptr&) {});
  // The world outlives the tasks, which the loop abandons.
  std::optional<World> world;
  asyncio::Loop loop(scheduler);
  world.emplace(program, loop, options, &trace);
  bool waits_for_ever = false;
  world->misused = [&] { loop.stop(); };
  const asyncio::Task<void> main = world->start();
  asyncio::add_done_callback(main, [&] { loop.stop(); });
  loop.on_idle([&] {
    if (main.done()) return;
    waits_for_ever = true;
    loop.stop();
  });
  while (!main.done() && !waits_for_ever && !world->found()) loop.run_forever();
  world->end();
  if (world->found()) return world->found();
  std::optional<std::string> error;
  if (!main.done()) {
    error = "deadlock";
  } else if (main.cancelled()) {
    error = "CancelledError: ";
  } else if (main.exception()) {
    error = describe(main.exception());
  }
  trace.end(scheduler.iteration(), world->ticks(), error);
  return std::nullopt;
}

}  // namespace loopsteal::script
