// Destination for the requests of a long run while it lasts: counts of fixed size, instead of one
// sample for each request.
#pragma once
#include <cstdint>

#include "sched/core/random/mix.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// True if `sample` was served before it arrived, or done before it began. A request that was not
/// served also counts as impossible.
[[nodiscard]] constexpr bool is_impossible(const RequestSample& sample) noexcept {
  return sample.wait < Duration::zero() || sample.sojourn < sample.wait;
}

/// A hash of request `index`: the sum of these hashes identifies the requests taken.
[[nodiscard]] constexpr std::uint64_t mark_of(std::uint64_t index) noexcept { return mix64(index); }

/// Takes the requests of one run, if there are too many to keep.
class RequestSink {
 public:
  /// Totals over the requests that the sink took.
  struct Account {
    std::uint64_t taken = 0;
    /// Sum of mark_of() over the requests taken, modulo 2^64: identifies which requests they were.
    std::uint64_t marks = 0;
    /// Requests that were served before they arrived, or done before they began.
    std::uint64_t impossible = 0;
  };

  RequestSink() = default;
  RequestSink(const RequestSink&) = delete;
  RequestSink& operator=(const RequestSink&) = delete;
  virtual ~RequestSink() = default;

  /// Call once, before the run. True if take() gets each of the `requests`; if false, the workload
  /// keeps them. May throw.
  [[nodiscard]] virtual bool wants(std::uint64_t requests) = 0;

  /// Request `index` was served. Called from any thread, concurrently.
  virtual void take(std::uint64_t index, const RequestSample& sample) noexcept = 0;

  /// Call after the run, on the thread that called Scheduler::run().
  [[nodiscard]] virtual Account account() const noexcept = 0;
};

/// Counts the requests of a workload that is made and not run, so it needs no memory for them.
class RequestCount final : public RequestSink {
 public:
  [[nodiscard]] bool wants(std::uint64_t requests) override {
    requests_ = requests;
    return true;
  }
  void take(std::uint64_t, const RequestSample&) noexcept override {}
  [[nodiscard]] Account account() const noexcept override { return {}; }

  /// 0 for a workload without requests, or one that always keeps them.
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

 private:
  std::uint64_t requests_ = 0;
};

}  // namespace loopsteal
