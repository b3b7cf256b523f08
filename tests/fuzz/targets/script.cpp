// Scripted programs: read, and run twice on each kind of scheduler, in both dialects.
#include <algorithm>
#include <limits>
#include <map>

#include "sched/catalog.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal::fuzz {
namespace {

using script::Op;
using script::Ops;
using script::Program;

constexpr std::uint64_t kMostSteps = 2'000;

// How many operations a program does at most. Programs may be endless; those are not run.
class Steps {
 public:
  explicit Steps(const Program& program) : program_(program) {}

  std::uint64_t of_task(script::NameId task) {
    if (std::ranges::find(under_way_, task) != under_way_.end()) return kTooMany;
    if (const auto known = known_.find(task); known != known_.end()) return known->second;
    under_way_.push_back(task);
    const std::uint64_t steps = of(program_.tasks[task].ops);
    under_way_.pop_back();
    return known_[task] = steps;
  }

 private:
  static constexpr std::uint64_t kTooMany = kMostSteps + 1;

  std::uint64_t of(const Ops& ops) {
    std::uint64_t sum = 1;
    for (const Op& op : ops) {
      sum += 1 + of_body(op);
      for (const script::NameId task : op.tasks) sum += of_task(task);
      if (op.code == script::OpCode::try_) sum += of(op.handler) + of(op.finally);
      if (sum >= kTooMany) return kTooMany;
    }
    return sum;
  }

  std::uint64_t of_body(const Op& op) {
    if (op.body.empty() && op.code != script::OpCode::repeat) return 0;
    const std::uint64_t once = of(op.body);
    if (op.code != script::OpCode::repeat) return once;
    const auto times = static_cast<std::uint64_t>(op.number);
    return std::min(kTooMany, times) * once;
  }

  const Program& program_;
  std::map<script::NameId, std::uint64_t> known_;
  std::vector<script::NameId> under_way_;
};

struct Way {
  const char* scheduler;
  WorkerId workers;
  script::Words words;
};
constexpr Way kWays[] = {
    {"event_loop", 1, script::Words::asyncio},
    {"shared_queue", 2, script::Words::asyncio},
    {"work_stealing:preset=tokio-1.24", 2, script::Words::tokio_1_24},
};

std::string trace_of(const Program& program, const Way& way) {
  std::string text;
  script::Trace trace([&text](std::string_view line) { text += line; });
  const auto scheduler =
      make_scheduler(parse_spec(way.scheduler), {.machine = "sim", .workers = way.workers});
  const auto misuse = script::run_program(program, *scheduler, {.words = way.words}, trace);
  if (misuse) text += misuse->place + ": " + misuse->sentence;
  return text;
}

void fuzz_one(std::string_view input) {
  Program program;
  const auto read = [&] { program = script::parse_program(input, "program.json"); };
  if (!accepted<script::ProgramError>(input, read)) return;
  static_cast<void>(script::stops(program));
  if (Steps(program).of_task(program.main) > kMostSteps) return;
  for (const Way& way : kWays) {
    std::string first;
    std::string second;
    const auto run = [&] {
      first = trace_of(program, way);
      second = trace_of(program, way);
    };
    if (!accepted<SpecError>(input, run)) continue;
    expect(first == second, "two runs of one program have different traces");
    expect(!first.empty(), "a run tells nothing of its end");
  }
}

const Target target("script", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
