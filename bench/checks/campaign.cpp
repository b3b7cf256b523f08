#include "bench/checks/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "bench/cli/exit_status.hpp"

namespace loopsteal::checks {
namespace {

Status status_of(const Outcome& outcome, double widening) {
  const std::vector<Target>& targets = outcome.check.targets;
  if (outcome.check.run == nullptr) return Status::not_done;
  if (!outcome.error.empty() || outcome.got.size() != targets.size()) return Status::failed;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].met_by(outcome.got[i], widening)) return Status::failed;
  }
  return Status::passed;
}

Outcome run_check(const Check& check, const WorkbenchOptions& options, Ledger& ledger) {
  Outcome outcome{.check = check, .got = {}, .error = {}, .note = std::string(check.why_not)};
  if (check.run != nullptr) {
    Workbench bench(options, ledger);
    const Duration before = thread_cpu_time();
    try {
      outcome.got = check.run(bench);
      outcome.note = bench.note();
    } catch (const std::exception& error) {
      outcome.error = error.what();
    }
    const Duration took = thread_cpu_time() - before + bench.helped();
    outcome.seconds = std::chrono::duration<double>(took).count();
    outcome.jobs = bench.jobs();
  }
  outcome.status = status_of(outcome, widening_of(options.scale));
  return outcome;
}

void check_options(const CheckOptions& options) {
  if (!(options.bench.scale > 0 && options.bench.scale <= 1)) {
    throw UsageError(
        fmt::format("--scale {} is not a share of the full length: give one above 0 "
                    "and up to 1.",
                    options.bench.scale));
  }
  if (options.threads == 0) throw UsageError("--threads 0 can run nothing: give 1 at least.");
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::passed:
      return "passed";
    case Status::failed:
      return "FAILED";
    case Status::not_done:
      break;
  }
  return "not done";
}

double widening_of(double scale) { return 1 / std::sqrt(scale); }

std::vector<Check> chosen(std::vector<Check> checks, std::string_view only) {
  if (only.empty()) return checks;
  std::vector<std::string_view> known;
  for (const Check& check : checks) known.push_back(check.id);
  std::vector<std::string_view> names;
  for (bool more = true; more;) {
    const std::size_t comma = only.find(',');
    const std::string_view name = only.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) only.remove_prefix(comma + 1);
    if (std::ranges::find(known, name) == known.end())
      throw UsageError(fmt::format("There is no check \"{}\".{}", name, did_you_mean(name, known)));
    names.push_back(name);
  }
  std::erase_if(checks, [&](const Check& check) {
    return std::ranges::find(names, check.id) == names.end();
  });
  return checks;
}

std::vector<Outcome> run_checks(std::span<const Check> checks, const CheckOptions& options,
                                const std::function<void(const Outcome&)>& done) {
  check_options(options);
  Ledger ledger;
  std::mutex mutex;
  std::vector<Outcome> outcomes(checks.size());
  const auto run = [&](std::size_t i) {
    outcomes[i] = run_check(checks[i], options.bench, ledger);
    const std::lock_guard lock(mutex);
    if (done) done(outcomes[i]);
  };
  // By itself oneTBB makes no more threads than there are CPUs; who asks for more shall have them.
  using tbb::global_control;
  std::optional<global_control> more_threads;
  if (options.threads > global_control::active_value(global_control::max_allowed_parallelism))
    more_threads.emplace(global_control::max_allowed_parallelism, options.threads);
  tbb::task_arena arena(static_cast<int>(options.threads));
  arena.execute([&] {
    const auto run_beside = [&](std::size_t i) {
      if (!checks[i].alone) run(i);
    };
    tbb::parallel_for(std::size_t{0}, checks.size(), run_beside, tbb::simple_partitioner());
  });
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (checks[i].alone) run(i);
  }
  return outcomes;
}

bool any_failed(std::span<const Outcome> outcomes) {
  return std::ranges::any_of(
      outcomes, [](const Outcome& outcome) { return outcome.status == Status::failed; });
}

}  // namespace loopsteal::checks
