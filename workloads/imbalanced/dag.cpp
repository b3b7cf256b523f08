// Jobs with precedence, from a file or as a wavefront: a job can begin when its predecessors are
// done. The makespan of a greedy scheduler lies between known bounds: max(T1 / P, T-infinity) and
// (T1 - T-infinity) / P + T-infinity (Graham 1966, Brent 1974).
//
// With pick=list the workload is Graham's list scheduling, whatever the scheduler's own order: each
// ready job makes one task, and a task that gets a worker does the first job of the list that is
// ready at that time. With pick=task every job is a task of its own, and the scheduler's order
// counts.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/dag_file.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/ready_list.hpp"

namespace loopsteal {
namespace {

enum class Pick : std::uint8_t { list, task };
constexpr Named<Pick> kPicks[] = {{"list", Pick::list}, {"task", Pick::task}};
constexpr std::string_view kNoFile = "wavefront";

struct DagOptions {
  std::string file{kNoFile};
  std::uint32_t side = 10;
  Duration work = std::chrono::microseconds(10);
  Pick pick = Pick::list;
};
using Options = DagOptions;

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::file>("file", "A JSON file of jobs, times and precedence, or wavefront.",
                         "ours: a grid whose jobs wait for their left and upper neighbours"),
    knob<&Options::side, Range{1, 1'000}>("side", "Rows and columns of the wavefront.", "ours"),
    knob<&Options::work, Range{0, kHourNs}>("work", "CPU work of a job of the wavefront.", "ours"),
    knob<&Options::pick, kPicks>("pick",
                                 "Whether a free worker gets the first ready job of the list, or "
                                 "each job is a task in the scheduler's order.",
                                 "Graham: list scheduling")};

class DagRun final : public Workload {
 public:
  static constexpr std::string_view kName = "dag";
  static constexpr std::string_view kQuestion =
      "How close to the longest path is the makespan when jobs wait for each other?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = DagOptions;
  static Options defaults(Size size) { return {.side = size == Size::small ? 10u : 150u}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }
  static void check(const Spec& spec) {
    const auto& settings = spec.settings;
    const auto has = [&](std::string_view key) {
      return std::ranges::any_of(settings, [&](const auto& pair) { return pair.first == key; });
    };
    const bool from_file = std::ranges::any_of(
        settings, [](const auto& pair) { return pair.first == "file" && pair.second != kNoFile; });
    if (from_file && (has("side") || has("work")))
      throw SpecError("dag: side and work are about the wavefront; leave them out with a file.");
  }

  static std::optional<WorkSpan> work_span(const Options& options) {
    const Dag dag = dag_of(options);
    return WorkSpan{dag.total_time(), dag.critical_path()};
  }

  DagRun(const Options& options, const WorkloadSetup&)
      : pick_(options.pick),
        dag_(dag_of(options)),
        records_(std::make_unique<Record[]>(dag_.jobs().size())) {
    for (std::size_t i = 0; i < dag_.jobs().size(); ++i) {
      // relaxed: tasks that read it are spawned later.
      records_[i].waits_for.store(static_cast<std::uint32_t>(dag_.jobs()[i].before.size()),
                                  std::memory_order_relaxed);
    }
  }

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup first(scheduler);
    for (std::size_t i = 0; i < dag_.jobs().size(); ++i) {
      if (dag_.jobs()[i].before.empty()) begin(scheduler, first, static_cast<Dag::Place>(i));
    }
    co_await first.join();
  }

  WorkloadResult result() override {
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < dag_.jobs().size(); ++i) done += records_[i].runs == 1;
    return {.tasks = dag_.jobs().size(),
            .answer = done,
            .answer_ok = done == dag_.jobs().size() && is_in_order(),
            .samples = {}};
  }

 private:
  static Dag dag_of(const Options& options) {
    return options.file == kNoFile ? Dag::wavefront(options.side, options.work)
                                   : read_dag_file(options.file);
  }

  struct Record {
    std::atomic<std::uint32_t> waits_for{0};
    std::uint32_t runs = 0;
    TimePoint begin{};
    TimePoint end{};
  };

  // The job at `place` can be done now.
  void begin(Scheduler& scheduler, TaskGroup& tasks, Dag::Place place) {
    if (pick_ == Pick::list) {
      ready_.add(place);
      tasks.spawn(run_first_ready(scheduler));
    } else {
      tasks.spawn(run_job(scheduler, place, Duration::zero()));
    }
  }

  // As many of these tasks exist as jobs are ready. In virtual time the task chooses its job
  // kMoment after the worker is free, so that all jobs that end at the same time have ended before.
  // The job is shorter by kMoment.
  Task<void> run_first_ready(Scheduler& scheduler) {
    constexpr Work kMoment{1};
    co_await accounted(kMoment);
    const Dag::Place place = ready_.take_first();
    co_await run_job(scheduler, place,
                     scheduler.virtual_time() ? kMoment.duration() : Duration::zero());
  }

  // Joins the jobs that it made ready, so that nothing is left when the first jobs are joined.
  Task<void> run_job(Scheduler& scheduler, Dag::Place place, Duration spent) {
    Record& record = records_[place];
    ++record.runs;
    record.begin = scheduler.now();
    const Duration left = dag_.jobs()[place].time - spent;
    if (left > Duration::zero()) co_await compute(Work::of(left));
    record.end = scheduler.now();
    TaskGroup next(scheduler);
    for (const Dag::Place later : dag_.after(place)) {
      // acq_rel: the last predecessor sees the writes of all others, and passes them on.
      if (records_[later].waits_for.fetch_sub(1, std::memory_order_acq_rel) == 1)
        begin(scheduler, next, later);
    }
    co_await next.join();
  }

  [[nodiscard]] bool is_in_order() const {
    for (std::size_t i = 0; i < dag_.jobs().size(); ++i) {
      for (const Dag::Place earlier : dag_.jobs()[i].before) {
        if (records_[i].begin < records_[earlier].end) return false;
      }
    }
    return true;
  }

  const Pick pick_;
  const Dag dag_;
  const std::unique_ptr<Record[]> records_;
  ReadyList ready_;
};

}  // namespace

WorkloadInfo dag_entry() { return workload_info<DagRun>(); }

}  // namespace loopsteal
