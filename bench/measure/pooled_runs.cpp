#include "bench/measure/pooled_runs.hpp"

#include "sched/core/random/mix.hpp"

namespace loopsteal {
namespace {

void add(WorkerStats& sum, const WorkerStats& one) {
  sum.busy += one.busy;
  sum.searching += one.searching;
  sum.parked += one.parked;
  sum.poll_count += one.poll_count;
  sum.local_run_count += one.local_run_count;
  for (std::size_t op = 0; op < kOps; ++op) sum.ops[op] += one.ops[op];
}

void add(VirtualAccount& sum, const VirtualAccount& one) {
  sum.trace_hash = mix64(sum.trace_hash) ^ one.trace_hash;
  sum.events += one.events;
  sum.idle_while_work_waited += one.idle_while_work_waited;
}

void add(Measurement& sum, const Measurement& one) {
  sum.makespan += one.makespan;
  sum.remote_schedule_count += one.remote_schedule_count;
  for (std::size_t w = 0; w < one.workers.size(); ++w) add(sum.workers[w], one.workers[w]);
  for (std::size_t i = 0; i < one.steals.size(); ++i) sum.steals[i] += one.steals[i];
  if (one.virtual_account) add(*sum.virtual_account, *one.virtual_account);
}

}  // namespace

void PooledRuns::take(RunOutcome&& outcome) {
  any_ = true;
  workers_ = outcome.workers;
  cpu_time_ = outcome.cpu_time;
  tasks_ = outcome.result.tasks;
  answer_ = outcome.result.answer;
  answers_ok_ = outcome.result.answer_ok;
  sum_ = std::move(outcome.measurement);
}

void PooledRuns::merge(const PooledRuns& other) {
  if (!any_) {
    *this = other;
    return;
  }
  wait.merge(other.wait);
  sojourn.merge(other.sojourn);
  sojourns_of_runs.insert(sojourns_of_runs.end(), other.sojourns_of_runs.begin(),
                          other.sojourns_of_runs.end());
  counted_in_bins = counted_in_bins || other.counted_in_bins;
  cpu_time_ += other.cpu_time_;
  tasks_ += other.tasks_;
  if (answers_ok_) answer_ = other.answer_;
  answers_ok_ = answers_ok_ && other.answers_ok_;
  add(sum_, other.sum_);
}

void PooledRuns::give_to(Row& row, std::uint32_t runs) && {
  row.workers = workers_;
  row.cpu_time = cpu_time_;
  row.tasks = tasks_;
  row.answer = answer_;
  row.answer_ok = any_ && answers_ok_;
  row.wait = std::move(wait);
  row.sojourn = std::move(sojourn);
  row.measurement = std::move(sum_);
  if (runs > 1) row.measurement.makespan /= runs;
}

}  // namespace loopsteal
