// Prints the timeline of a small run that has something of everything.
// Usage: observe_trace_sample SCHEDULER WORKERS JOBS
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/observe/small_runs.hpp"

namespace loopsteal {
namespace {

Task<void> everything(Scheduler& scheduler, int jobs) {
  std::int64_t leaves = 0;
  co_await small_runs::hot_producer(scheduler, jobs, scheduler.workers() > 1);
  co_await small_runs::fork_join(scheduler, 6, leaves);
}

void print(const char* spec, int workers, int jobs) {
  Recorder recorder({.delays = false, .trace = true, .trace_events_max_per_worker = 500});
  const auto scheduler = small_runs::recorded(spec, static_cast<WorkerId>(workers), recorder);
  scheduler->run(everything(*scheduler, jobs));
  recorder.write_trace(stdout, spec);
}

}  // namespace
}  // namespace loopsteal

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  try {
    loopsteal::print(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
