// Short callbacks at an even pace and, among them, slow ones that occupy their worker. On an event
// loop every callback behind a slow one waits for its end.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"

namespace loopsteal {
namespace {

struct BlockerOptions {
  std::uint32_t callbacks = 100;
  Duration work = std::chrono::microseconds(10);
  Duration every = std::chrono::microseconds(100);
  std::uint32_t slow_every = 100;
  Duration slow = std::chrono::milliseconds(5);
};
using Options = BlockerOptions;

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::callbacks, Range{1, 10'000'000}>("callbacks",
                                                    "Callbacks, the slow ones included.", "ours"),
    knob<&Options::work, Range{0, kHourNs}>("work", "CPU work of a short callback.", "ours"),
    knob<&Options::every, Range{0, kHourNs}>("every", "Time from one arrival to the next.", "ours"),
    knob<&Options::slow_every, Range{1, 10'000'000}>(
        "slow_every", "One callback in so many is slow: the middle one.", "ours"),
    knob<&Options::slow, Range{0, kHourNs}>("slow", "CPU work of a slow callback.",
                                            "ours; asyncio warns from 100ms")};

class Blocker final : public Workload {
 public:
  static constexpr std::string_view kName = "blocker";
  static constexpr std::string_view kQuestion =
      "How long do short callbacks wait behind one that does not give up its worker?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = BlockerOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.callbacks = 5'000, .slow_every = 1'000, .slow = std::chrono::milliseconds(20)};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  Blocker(const Options& options, const WorkloadSetup& setup)
      : options_(options), log_(options.callbacks, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup callbacks(scheduler);
    const TimePoint start = scheduler.now();
    for (std::uint32_t i = 0; i < options_.callbacks; ++i) {
      const TimePoint arrival = start + (i + 1) * options_.every;
      if (scheduler.now() < arrival) co_await io_until(arrival);
      callbacks.spawn(serve(scheduler, arrival, Work::of(length_of(i)), log_, i));
    }
    co_await callbacks.join();
  }

  WorkloadResult result() override { return result_of(log_, options_.callbacks); }

 private:
  [[nodiscard]] Duration length_of(std::uint32_t callback) const noexcept {
    return callback % options_.slow_every == options_.slow_every / 2 ? options_.slow
                                                                     : options_.work;
  }

  const Options options_;
  RequestLog log_;
};

}  // namespace

WorkloadInfo blocker_entry() { return workload_info<Blocker>(); }

}  // namespace loopsteal
