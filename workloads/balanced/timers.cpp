// Many tasks that sleep, and many time-outs that are cancelled before they fire: the usual use of
// timers.
#include <atomic>
#include <deque>
#include <limits>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/random/random.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

using std::chrono::milliseconds;

struct TimerOptions {
  std::uint32_t timers = 500;
  double cancelled = 0.5;
  Duration spread = milliseconds(10);
  Duration task_work{};
};

constexpr Knob<TimerOptions> kKnobs[] = {
    knob<&TimerOptions::timers, Range{1, 10'000'000}>("timers", "Timers set at once.", "ours"),
    knob<&TimerOptions::cancelled, Thousandths{0, 1'000}>(
        "cancelled", "Share of them that is cancelled before it fires.",
        "ours: most time-outs never fire"),
    knob<&TimerOptions::spread, Range{1'000, kHourNs}>(
        "spread", "Deadlines are spread evenly over this time, in random order.", "ours"),
    task_work_knob<&TimerOptions::task_work>()};

// Callback of a time-out.
struct TimedOut {
  std::atomic<bool>* happened;
  // relaxed: read after the run.
  void operator()() const noexcept { happened->store(true, std::memory_order_relaxed); }
};

class Timers final : public Workload {
 public:
  static constexpr std::string_view kName = "timers";
  static constexpr std::string_view kQuestion =
      "What does it cost to set timers and to cancel them, and how late do they fire?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = TimerOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.timers = 100'000, .spread = milliseconds(300)};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  static Footprint footprint(const Options& options) {
    // Bytes of a timer with the scheduler's data for it: measured in virtual time.
    constexpr std::uint64_t kBytesATimer = 160;
    const auto asleep = static_cast<std::uint64_t>((1 - options.cancelled) * options.timers);
    return {.tasks = asleep, .bytes = options.timers * kBytesATimer};
  }

  Timers(const Options& options, const WorkloadSetup& setup)
      : options_(options),
        seed_(setup.seed),
        to_cancel_(static_cast<std::uint32_t>(options.cancelled * options.timers)),
        log_(options.timers - to_cancel_, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    std::deque<TimedCallback> timeouts;  // Time-outs may not move.
    // Later than all other deadlines, so that the time-outs are always cancelled.
    const TimePoint far =
        later(scheduler.now(), options_.spread + std::chrono::hours(1) + accounted_at_most());
    for (std::uint32_t i = 0; i < to_cancel_; ++i)
      timeouts.emplace_back(scheduler, far + delay(i), TimedOut{&timed_out_});

    const Work task_work = to_account(scheduler, options_.task_work);
    TaskGroup sleepers(scheduler);
    const TimePoint start = scheduler.now();
    for (std::uint32_t i = to_cancel_; i < options_.timers; ++i)
      sleepers.spawn(sleep(scheduler, start + delay(i), task_work, i - to_cancel_));
    co_await yield();  // Time-outs are cancelled among waiting timers.
    for (TimedCallback& timeout : timeouts) cancelled_ += timeout.cancel();
    co_await sleepers.join();
  }

  WorkloadResult result() override {
    const std::uint64_t fired = log_.served();
    return {.tasks = options_.timers,
            .answer = fired + cancelled_,
            .answer_ok = fired == options_.timers - to_cancel_ && cancelled_ == to_cancel_ &&
                         !timed_out_.load(std::memory_order_relaxed) &&  // The run is over.
                         log_.complete(),  // Complete: also, none fired early.
            .samples = log_.take()};
  }

 private:
  /// Upper bound of the accounted work of all sleepers on one worker before the time-outs are
  /// cancelled.
  [[nodiscard]] Duration accounted_at_most() const {
    constexpr std::int64_t kLongestNs = std::numeric_limits<std::int64_t>::max() / 4;  // 73 years.
    const std::int64_t timers = options_.timers;
    return options_.task_work.count() > kLongestNs / timers ? Duration(kLongestNs)
                                                            : options_.task_work * timers;
  }
  [[nodiscard]] Duration delay(std::uint32_t timer) const {
    Stream stream(seed_, StreamRole::service, timer);
    return Duration(static_cast<std::int64_t>(
        stream.below(static_cast<std::uint64_t>(options_.spread.count()))));
  }

  // The wait of a sample is the overshoot of the timer; the sojourn is the same.
  Task<void> sleep(Scheduler& scheduler, TimePoint deadline, Work task_work, std::uint64_t index) {
    if (task_work.ns > 0) [[unlikely]]
      co_await accounted(task_work);
    co_await sleep_until(deadline);
    const Duration lateness = scheduler.now() - deadline;
    log_.note(index, {lateness, lateness});
  }

  const Options options_;
  const std::uint64_t seed_;
  const std::uint32_t to_cancel_;
  RequestLog log_;
  std::atomic<bool> timed_out_{false};
  std::uint64_t cancelled_ = 0;
};

}  // namespace

WorkloadInfo timers_entry() { return workload_info<Timers>(); }

}  // namespace loopsteal
