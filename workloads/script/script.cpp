// A scripted program as a workload (docs/scripts.md): the program fixes what its tasks do to each
// other, and the scheduler determines how long it takes.
#include <coroutine>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sched/core/config/knob_makers.hpp"
#include "workloads/entries.hpp"
#include "workloads/script/world.hpp"
#include "workloads/support/entry.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kExample = "example";

// Three producers, one queue, two consumers that compute and sleep. The counts are per round: four
// puts of each producer, six gets of each consumer.
constexpr std::string_view kExampleText = R"({
  "version": 1, "main": "main",
  "queues": {"work": 2}, "semaphores": {"seats": 1},
  "tasks": {
    "main": [["spawn", "consumer", "c1"], ["spawn", "consumer", "c2"],
             ["task_group", ["producer", "producer", "producer"]],
             ["join", "c1"], ["join", "c2"], ["log", "done"]],
    "producer": [["repeat", ROUNDS, [["repeat", 4, [["put", "work", "item"], ["yield"]]]]]],
    "consumer": [["repeat", ROUNDS, [["repeat", 6, [
        ["get", "work"], ["sem_acquire", "seats"], ["compute", 1], ["sem_release", "seats"],
        ["sleep", 1]]]]]]
  }
})";

// Rounds of the example: about 0.25 s of ticks in the full size.
constexpr std::string_view kExampleRoundsSmall = "1";
constexpr std::string_view kExampleRoundsFull = "20";

// The same work for a channel like Tokio's, which has one consumer.
constexpr std::string_view kTokioExampleText = R"({
  "version": 1, "main": "main",
  "queues": {"work": 2}, "semaphores": {"seats": 1},
  "tasks": {
    "main": [["spawn", "consumer", "c"],
             ["task_group", ["producer", "producer", "producer"]],
             ["join", "c"], ["log", "done"]],
    "producer": [["repeat", ROUNDS, [["repeat", 4, [["put", "work", "item"], ["yield"]]]]]],
    "consumer": [["repeat", ROUNDS, [["repeat", 12, [
        ["get", "work"], ["sem_acquire", "seats"], ["compute", 1], ["sem_release", "seats"],
        ["sleep", 1]]]]]]
  }
})";

struct ScriptOptions {
  std::string file{kExample};
  Duration tick = std::chrono::milliseconds(1);  // As in `loopsteal script`.
  script::Words words = script::Words::asyncio;
  std::uint32_t times = 1;
};
using Options = ScriptOptions;

constexpr Named<script::Words> kWords[] = {{"asyncio", script::Words::asyncio},
                                           {"tokio-1.24", script::Words::tokio_1_24}};
constexpr Knob<Options> kKnobs[] = {
    knob<&Options::file>("file", "A scripted program (docs/scripts.md), or example.",
                         "ours: three producers, two consumers (one in Tokio's dialect)"),
    knob<&Options::tick, Range{1, 1'000'000'000}>("tick", "Length of a tick of the program.",
                                                  "ours: as loopsteal script"),
    knob<&Options::words, kWords>("words", "Dialect of cancelling, queues and semaphores.",
                                  "ours: asyncio's"),
    knob<&Options::times, Range{1, 10'000'000}>(
        "times", "Runs of the program, one after another, in one measured run.", "ours: once")};

/// Place where the root waits until the current program is over. It is not an entry of the loop,
/// but it acts alone between two waits, like one.
class RootWait {
 public:
  explicit RootWait(asyncio::Loop& loop) noexcept : loop_(loop) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    loop_.let_others_in();
  }
  void await_resume() const noexcept { loop_.enter(); }

  /// Called by an entry of the loop.
  void end() noexcept {
    PromiseBase* const promise = std::exchange(promise_, nullptr);
    if (promise != nullptr) promise->scheduler->submit(promise->job, ReadyCause::woken);
  }

 private:
  asyncio::Loop& loop_;
  PromiseBase* promise_ = nullptr;
};

class ScriptRun final : public Workload {
 public:
  static constexpr std::string_view kName = "script";
  static constexpr std::string_view kQuestion =
      "How does the order in which a program of your own runs change what it takes?";
  static constexpr Shape kShape = Shape::imbalanced;  // The program decides; imbalanced is assumed.
  static constexpr bool kNeedsDescriptors = false;

  using Options = ScriptOptions;
  static Options defaults(Size) { return {}; }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  ScriptRun(const Options& options, const WorkloadSetup& setup)
      : options_(options), program_(program_of(options, setup.size)) {
    if (script::stops(program_))
      throw SpecError("script: \"" + options.file +
                      "\" stops its loop, and in a measured run nobody starts it again. "
                      "loopsteal script runs such programs.");
  }

  Task<void> root(Scheduler& scheduler) override {
    for (std::uint32_t i = 0; i < options_.times; ++i) co_await once(scheduler);
    complete_ = true;
  }

  WorkloadResult result() override {
    return {.tasks = operations_, .answer = lines_, .answer_ok = complete_, .samples = {}};
  }

 private:
  static script::Program program_of(const Options& options, Size size) {
    if (options.file != kExample) return script::read_program_file(options.file);
    const bool tokio = options.words == script::Words::tokio_1_24;
    return script::parse_program(example_of(tokio ? kTokioExampleText : kExampleText, size),
                                 "the example");
  }

  static std::string example_of(std::string_view template_text, Size size) {
    constexpr std::string_view kPlaceholder = "ROUNDS";
    const std::string_view rounds = size == Size::small ? kExampleRoundsSmall : kExampleRoundsFull;
    std::string text(template_text);
    for (std::size_t at = text.find(kPlaceholder); at != std::string::npos;
         at = text.find(kPlaceholder)) {
      text.replace(at, kPlaceholder.size(), rounds);
    }
    return text;
  }

  /// Runs the program, then clears away what it left: afterwards none of its tasks is queued.
  Task<void> once(Scheduler& scheduler) {
    std::optional<script::World> world;  // Outlives the tasks, which the loop abandons.
    asyncio::Loop loop(scheduler);
    RootWait wait(loop);
    loop.enter();
    world.emplace(program_, loop, script::WorldOptions{options_.words, options_.tick}, nullptr);
    world->misused = [&] { wait.end(); };
    loop.on_idle([&] { wait.end(); });
    const asyncio::Task<void> main = world->start();
    asyncio::add_done_callback(main, [&] { wait.end(); });
    co_await wait;
    std::string error = outcome(*world, main);
    world->end();
    loop.cancel_callbacks();
    while (loop.entries() != 0) co_await wait;
    loop.let_others_in();
    operations_ += world->operations();
    lines_ += world->lines();
    if (!error.empty()) throw std::runtime_error(error);
  }

  /// The error of the run; empty if there was none.
  [[nodiscard]] static std::string outcome(const script::World& world,
                                           const asyncio::Task<void>& main) {
    if (world.found()) return world.found()->place + ": " + world.found()->sentence;
    if (!main.done()) return "the program waits for ever: nothing can wake any of its tasks.";
    if (main.cancelled()) return "the main task was cancelled.";
    return main.exception() ? script::describe(main.exception()) : std::string();
  }

  const Options options_;
  const script::Program program_;
  std::uint64_t operations_ = 0;
  std::uint64_t lines_ = 0;
  bool complete_ = false;
};

}  // namespace

WorkloadInfo script_entry() { return workload_info<ScriptRun>(); }

}  // namespace loopsteal
