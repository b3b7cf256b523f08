#include "tests/bench/faulty_workloads.hpp"

#include <chrono>
#include <stdexcept>
#include <system_error>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/sync/event.hpp"
#include "workloads/support/entry.hpp"

namespace loopsteal::testing {
namespace {

struct Options {
  std::string label = "none";
};
constexpr Knob<Options> kKnobs[] = {knob<&Options::label>("label", "Anything.", "ours")};

/// What all of them share. The derived ones say what goes wrong.
class Faulty : public Workload {
 public:
  using Options = testing::Options;
  static constexpr std::string_view kQuestion = "What becomes of the others?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;
  static Options defaults(Size) { return {}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  Task<void> root(Scheduler&) override { co_await yield(); }
  WorkloadResult result() override {
    return {.tasks = 1, .answer = 42, .answer_ok = true, .samples = {}};
  }
};

class WrongAnswer final : public Faulty {
 public:
  static constexpr std::string_view kName = "wrong_answer";
  WrongAnswer(const Options&, const WorkloadSetup&) {}
  WorkloadResult result() override {
    return {.tasks = 1, .answer = 41, .answer_ok = false, .samples = {}};
  }
};

class Throwing final : public Faulty {
 public:
  static constexpr std::string_view kName = "throwing";
  Throwing(const Options&, const WorkloadSetup&) {}
  Task<void> root(Scheduler&) override {
    co_await yield();
    throw std::runtime_error("the root task gave up");
  }
};

class OutOfFiles final : public Faulty {
 public:
  static constexpr std::string_view kName = "out_of_files";
  OutOfFiles(const Options&, const WorkloadSetup&) {}
  Task<void> root(Scheduler&) override {
    co_await yield();
    throw std::system_error(std::make_error_code(std::errc::too_many_files_open), "accept");
  }
};

class Steady final : public Faulty {
 public:
  static constexpr std::string_view kName = "steady";
  Steady(const Options&, const WorkloadSetup&) {}
  Task<void> root(Scheduler&) override { co_await sleep_for(std::chrono::milliseconds(20)); }
};

class Endless final : public Faulty {
 public:
  static constexpr std::string_view kName = "endless";
  Endless(const Options&, const WorkloadSetup&) {}
  Task<void> root(Scheduler&) override { co_await sleep_for(std::chrono::hours(1)); }
};

/// In virtual time nothing is to come, and workers that do not sleep search for ever.
class Stuck final : public Faulty {
 public:
  static constexpr std::string_view kName = "stuck";
  Stuck(const Options&, const WorkloadSetup&) {}
  Task<void> root(Scheduler& scheduler) override {
    TaskGroup group(scheduler);  // Nobody joins it: the run is ended before.
    group.spawn(wait());
    co_await group.join();
  }

 private:
  Task<void> wait() { co_await never_.wait(); }

  Event never_;
};

class Contradicting final : public Faulty {
 public:
  static constexpr std::string_view kName = "contradicting";
  Contradicting(const Options&, const WorkloadSetup&) {
    throw SpecError("These settings contradict each other.");
  }
};

}  // namespace

WorkloadCatalog workloads_with_faulty_ones() {
  WorkloadCatalog catalog = built_in_workloads();
  for (const WorkloadInfo& info :
       {workload_info<WrongAnswer>(), workload_info<Throwing>(), workload_info<OutOfFiles>(),
        workload_info<Steady>(), workload_info<Endless>(), workload_info<Stuck>(),
        workload_info<Contradicting>()}) {
    catalog.workloads.push_back(info);
  }
  return catalog;
}

}  // namespace loopsteal::testing
