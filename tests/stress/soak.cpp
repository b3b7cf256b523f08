// A soak: workloads on schedulers on real threads, drawn at random, for as long as it is told.
//
//     soak [--seconds N | --runs N] [--seed S] [--workers-max N]
//
// Each run has a scheduler spec, a workload spec, 1 to --workers-max workers and a seed, all drawn
// from --seed, so that a run is made again by its number. A run fails when its answer is wrong,
// when it throws, or when it does not end.
//
// Exit status: 0 none failed, 1 one did, 2 the command line is wrong.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sched/catalog.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/random/random.hpp"
#include "tests/conformance/laws.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  double seconds = 0;
  std::uint64_t runs = 0;
  std::uint64_t first = 0;
  std::uint64_t seed = 1;
  WorkerId workers_max = 64;
};

/// What one run is made of.
struct Draw {
  std::string scheduler;
  std::string workload;
  WorkerId workers = 1;
  std::uint64_t seed = 1;
};

struct Done {
  std::uint64_t runs = 0;
  std::uint64_t tasks = 0;
  std::uint64_t failed = 0;
};

std::string told(const Draw& draw) {
  return fmt::format("{} on {}, {} workers, seed {}", draw.workload, draw.scheduler, draw.workers,
                     draw.seed);
}

/// Ends the program with the run that does not end, since it cannot be ended alone.
class Watch {
 public:
  explicit Watch(const Options& options) : options_(options), thread_([this] { watch(); }) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    over_.store(true, std::memory_order_relaxed);  // Relaxed: nothing else is passed on.
    thread_.join();
  }
  void begins(std::uint64_t run) noexcept {
    run_.store(run, std::memory_order_relaxed);  // Relaxed: nothing else is passed on.
  }

 private:
  // Longer than any run takes on a busy machine under a sanitizer; a guard, no measurement.
  static constexpr std::chrono::minutes kPatience{10};

  void watch() {
    std::uint64_t last = 0;
    Clock::time_point since = Clock::now();
    while (!over_.load(std::memory_order_relaxed)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      const std::uint64_t run = run_.load(std::memory_order_relaxed);
      if (run != last) {
        last = run;
        since = Clock::now();
      } else if (Clock::now() - since > kPatience) {
        fmt::print(stderr, "soak: run {} does not end: soak --seed {} --first {} --runs 1\n", run,
                   options_.seed, run);
        std::abort();
      }
    }
  }

  const Options& options_;
  std::atomic<std::uint64_t> run_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

class Soak {
 public:
  explicit Soak(const Options& options) : options_(options), schedulers_(laws::all_specs()) {
    // Two workloads call a scheduler wrong that lets tasks starve, as LIFO orders do on purpose.
    for (const std::string_view workload : standard_workloads())
      if (!workload.starts_with("spawn_many_remote_busy")) workloads_.emplace_back(workload);
    for (const char* const more : {"requests:source=inside", "requests:source=timers", "dag",
                                   "script", "timers:task_work=2us", "hot_shard:hot=0.5"})
      workloads_.emplace_back(more);
  }

  [[nodiscard]] Done run() {
    Watch watch(options_);
    const Clock::time_point begin = Clock::now();
    Done done;
    for (std::uint64_t run = options_.first; goes_on(done, begin); ++run) {
      watch.begins(run);
      const Draw draw = drawn(run);
      ++done.runs;
      try {
        done.tasks += run_once(draw);
      } catch (const std::exception& error) {
        ++done.failed;
        fmt::print(stderr, "soak: run {}: {}: {}\n  soak --seed {} --first {} --runs 1\n", run,
                   told(draw), error.what(), options_.seed, run);
      }
    }
    return done;
  }

 private:
  [[nodiscard]] bool goes_on(const Done& done, Clock::time_point begin) const {
    if (options_.runs != 0) return done.runs < options_.runs;
    return std::chrono::duration<double>(Clock::now() - begin).count() < options_.seconds;
  }

  static std::uint32_t size_of(const std::vector<std::string>& specs) {
    return static_cast<std::uint32_t>(specs.size());
  }

  [[nodiscard]] Draw drawn(std::uint64_t run) const {
    FastRandom random(mix64(mix64(options_.seed) + run));
    Draw draw;
    draw.scheduler = schedulers_[random.next_below(size_of(schedulers_))];
    draw.workload = workloads_[random.next_below(size_of(workloads_))];
    // Few workers as often as many.
    const std::uint32_t most = random.next_below(2) == 0 ? 4 : options_.workers_max;
    draw.workers = static_cast<WorkerId>(1 + random.next_below(most));
    draw.seed = 1 + random.next_below(1'000'000);
    return draw;
  }

  static std::uint64_t run_once(const Draw& draw) {
    const auto scheduler =
        make_scheduler(parse_spec(draw.scheduler), {.workers = draw.workers, .seed = draw.seed});
    const auto workload =
        make_workload(parse_spec(draw.workload),
                      {.seed = draw.seed, .workers = scheduler->workers(), .size = Size::small});
    static_cast<void>(scheduler->run(workload->root(*scheduler)));
    const WorkloadResult result = workload->result();
    if (!result.answer_ok)
      throw std::runtime_error(fmt::format("the answer {} is wrong", result.answer));
    return result.tasks;
  }

  const Options& options_;
  std::vector<std::string> schedulers_;
  std::vector<std::string> workloads_;
};

}  // namespace
}  // namespace loopsteal

int main(int argc, char** argv) {
  using namespace loopsteal;
  Options options;
  CLI::App app("Runs workloads on schedulers, drawn at random, and checks their answers.", "soak");
  app.add_option("--seconds", options.seconds, "For so long.")->check(CLI::PositiveNumber);
  app.add_option("--runs", options.runs, "So many runs.")->check(CLI::PositiveNumber);
  app.add_option("--first", options.first, "Number of the first run.");
  app.add_option("--seed", options.seed, "Of all that is drawn.");
  app.add_option("--workers-max", options.workers_max, "At most so many workers.")
      ->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);
  if (options.runs == 0 && options.seconds == 0) options.seconds = 60;
  const Done done = Soak(options).run();
  fmt::print("{} runs, {} tasks, {} failed (seed {})\n", done.runs, done.tasks, done.failed,
             options.seed);
  return done.failed == 0 ? 0 : 1;
}
