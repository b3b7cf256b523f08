// Where the requests of a long run go while it lasts: to counts of fixed size, in place of one
// sample for each request.
#pragma once
#include <cstdint>

#include "sched/core/mix.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// Whether `sample` was served before it arrived, or done before it began. A request that was not
/// served counts as impossible, too.
[[nodiscard]] constexpr bool is_impossible(const RequestSample& sample) noexcept {
  return sample.wait < Duration::zero() || sample.sojourn < sample.wait;
}

/// A number for request `index`, so that a sum of them says which requests were taken.
[[nodiscard]] constexpr std::uint64_t mark_of(std::uint64_t index) noexcept { return mix64(index); }

/// Takes the requests of one run, if there are too many of them to be kept.
class RequestSink {
 public:
  /// What a sink knows of the requests that it took.
  struct Account {
    std::uint64_t taken = 0;
    /// Sum of mark_of() over the requests taken, modulo 2^64: which requests they were.
    std::uint64_t marks = 0;
    /// Requests that were served before they arrived, or done before they began.
    std::uint64_t impossible = 0;
  };

  RequestSink() = default;
  RequestSink(const RequestSink&) = delete;
  RequestSink& operator=(const RequestSink&) = delete;
  virtual ~RequestSink() = default;

  /// Before the run, once: whether take() gets each of its `requests`. If not, the workload keeps
  /// them. May throw.
  [[nodiscard]] virtual bool wants(std::uint64_t requests) = 0;

  /// Request `index` was served. From any thread, several at a time.
  virtual void take(std::uint64_t index, const RequestSample& sample) noexcept = 0;

  /// After the run, on the thread that called Scheduler::run().
  [[nodiscard]] virtual Account account() const noexcept = 0;
};

/// Counts the requests of a workload that is made and not run, so that it takes no memory for them.
class RequestCount final : public RequestSink {
 public:
  [[nodiscard]] bool wants(std::uint64_t requests) override {
    requests_ = requests;
    return true;
  }
  void take(std::uint64_t, const RequestSample&) noexcept override {}
  [[nodiscard]] Account account() const noexcept override { return {}; }

  /// 0 for a workload without requests, or one that keeps them in any case.
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

 private:
  std::uint64_t requests_ = 0;
};

}  // namespace loopsteal
