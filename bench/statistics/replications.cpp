#include "bench/statistics/replications.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include "sched/onetbb/left_to_onetbb.hpp"
#include "sched/onetbb/tsan.hpp"

namespace loopsteal::replication_detail {
namespace {

// One round, from which each thread takes the lowest number that is left. So whatever was begun is
// a beginning of the round, and of the bodies that throw the lowest is always among those begun.
//
// The caller works, too, and then waits for the helpers that have come. oneTBB says nothing where
// it cannot start a thread, so a helper that has not come by then is not waited for: it would find
// nothing to do. It may still come when the round is long over, so each helper has a share of it.
// All hand-overs go through the mutex, which is taken once a replication, of milliseconds each.
class Round {
 public:
  Round(std::uint32_t count, const std::function<void(std::uint32_t)>& body,
        const std::function<bool()>& stop)
      : count_(count), body_(body), stop_(stop) {}

  // Called by each helper once.
  void help() {
    {
      const std::lock_guard lock(mutex_);
      if (over_) return;
      ++helping_;
    }
    work();
    const std::lock_guard lock(mutex_);
    if (--helping_ == 0) all_left_.notify_one();
  }

  // Called by the caller once. Returns how many were run, or throws what a body threw.
  std::uint32_t run() {
    work();
    std::unique_lock lock(mutex_);
    over_ = true;
    all_left_.wait(lock, [this] { return helping_ == 0; });
    if (error_) std::rethrow_exception(error_);
    return begun_;
  }

 private:
  // Until nothing is left or the round is ended.
  void work() {
    for (;;) {
      std::uint32_t number = 0;
      {
        const std::lock_guard lock(mutex_);
        if (ended_ || begun_ == count_) return;
        if (stop_ && stop_()) {
          ended_ = true;
          return;
        }
        number = begun_++;
      }
      try {
        body_(number);
      } catch (...) {
        keep(number, std::current_exception());
        return;
      }
    }
  }

  void keep(std::uint32_t number, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (error_ && number > error_number_) return;
    error_ = std::move(error);
    error_number_ = number;
  }

  const std::uint32_t count_;
  const std::function<void(std::uint32_t)>& body_;
  const std::function<bool()>& stop_;
  std::mutex mutex_;
  std::condition_variable all_left_;
  unsigned helping_ = 0;
  std::uint32_t begun_ = 0;
  bool over_ = false;  // The caller has left: the body may be gone.
  bool ended_ = false;
  std::exception_ptr error_;
  std::uint32_t error_number_ = 0;
};

// What oneTBB runs, on a thread of its own. It copies this object from thread to thread, unseen by
// TSan, so it is a plain pointer to a share.
struct Helper {
  std::shared_ptr<Round>* share;

  LOOPSTEAL_TSAN_UNSEEN void operator()() const {
    tsan::taken_over(share);
    help(std::unique_ptr<std::shared_ptr<Round>>(share));
  }
  static void help(const std::unique_ptr<std::shared_ptr<Round>>& round) {
    LeftToOneTbb::remove(round.get());
    (*round)->help();
  }
};

}  // namespace

std::uint32_t run_round(std::uint32_t count, unsigned threads,
                        const std::function<void(std::uint32_t)>& body,
                        const std::function<bool()>& stop) {
  if (threads == 0)
    throw std::invalid_argument("replications: at least one thread has to run them");
  const unsigned helpers = std::min(threads, std::max(count, 1u)) - 1;
  const auto round = std::make_shared<Round>(count, body, stop);
  if (helpers == 0) return round->run();
  // By itself oneTBB makes no more threads than there are CPUs; who asks for more shall have them.
  using tbb::global_control;
  std::optional<global_control> more_threads;
  if (threads > global_control::active_value(global_control::max_allowed_parallelism)) {
    more_threads.emplace(global_control::max_allowed_parallelism, threads);
  }
  tbb::task_arena arena(static_cast<int>(helpers), 0);
  for (unsigned i = 0; i < helpers; ++i) {
    auto* const share = new std::shared_ptr<Round>(round);
    LeftToOneTbb::add(share);
    tsan::handed_over(share);
    try {
      arena.enqueue(Helper{share});
    } catch (const std::runtime_error&) {
      break;  // "pthread_create has failed". oneTBB may have kept the helper: not ours to free.
    }
  }
  return round->run();
}

std::vector<Estimand> named(const StoppingRule& rule) {
  std::vector<Estimand> estimands;
  for (const std::string& name : rule.estimands) {
    estimands.push_back({.name = name, .values = {}, .interval = {}});
  }
  return estimands;
}

void append(std::vector<Estimand>& estimands, const std::vector<double>& values) {
  if (values.size() != estimands.size()) {
    throw std::invalid_argument(
        fmt::format("replications: replication {} gave {} values, but the rule names {} estimands",
                    estimands.front().values.size(), values.size(), estimands.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i) estimands[i].values.push_back(values[i]);
}

void close(std::vector<Estimand>& estimands, double confidence) {
  for (Estimand& estimand : estimands) {
    estimand.interval = t_interval(estimand.values, confidence);
  }
}

}  // namespace loopsteal::replication_detail
