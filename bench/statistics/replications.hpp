// Many independent runs of one model, in parallel, until their mean is known well enough.
//
// The result is that of running them one after the other: a replication knows its number alone, and
// values and payloads are taken in order of number, at the ends of rounds. The number of threads
// and who was quicker change nothing, bit for bit.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/statistics/interval.hpp"
#include "bench/statistics/stopping_rule.hpp"

namespace loopsteal {

/// For replications that are nothing but their estimands.
struct NoPayload {
  void merge(const NoPayload&) {}
};

/// What one replication gives: as many values as the rule names estimands, and something to be
/// merged over all of them: a LatencyHistogram, or any other default constructible, movable type
/// with `merge(const Payload&)`.
template <class Payload = NoPayload>
struct Observation {
  std::vector<double> estimands;
  Payload payload{};
};

/// Why no more replications were run.
enum class StopReason {
  precise,  ///< The interval of the first estimand is as narrow as asked.
  maximum,  ///< It is not, but there are as many replications as allowed.
  stopped,  ///< `stop` said so; what was complete by then is there.
};

/// One estimand over all replications.
struct Estimand {
  std::string name;
  std::vector<double> values;  ///< By replication, from 0 on.
  Interval interval;
};

template <class Payload = NoPayload>
struct ReplicationResult {
  std::vector<Estimand> estimands;  ///< As the rule names them.
  Payload payload{};                ///< All merged, in order of replication.
  std::uint32_t replications = 0;
  StopReason reason = StopReason::stopped;
};

namespace replication_detail {

/// Calls body(0) .. body(count - 1), each once and each begun in this order, on `threads` threads
/// of oneTBB, one of them the caller's. `stop` (may be empty) is asked before each; once it says
/// true, none is begun any more. Returns how many were run: always the first so many. The first
/// exception in order of number ends it, once those under way are done, and is rethrown.
std::uint32_t run_round(std::uint32_t count, unsigned threads,
                        const std::function<void(std::uint32_t)>& body,
                        const std::function<bool()>& stop);

/// Appends one observation. Throws std::invalid_argument if it has not one value an estimand.
void append(std::vector<Estimand>& estimands, const std::vector<double>& values);

std::vector<Estimand> named(const StoppingRule& rule);
void close(std::vector<Estimand>& estimands, double confidence);

template <class Body>
struct PayloadOf;
template <class Payload>
struct PayloadOf<Observation<Payload>> {
  using type = Payload;
};

}  // namespace replication_detail

/// Runs `body(replication)`, which returns an Observation, for replications 0, 1, 2 .. until `rule`
/// is satisfied, on `threads` threads (at least 1) of oneTBB.
///
/// `body` is called from several threads at once, with different numbers, and takes all its
/// randomness from (seed, number). `stop` (Ctrl-C) is asked before each replication, by one
/// thread at a time, and does not throw; once true, those under way are finished and kept, and no
/// more are begun.
///
/// What a body throws ends everything once those under way have ended, and is rethrown: of several
/// exceptions the one of the lowest replication, whatever the number of threads. Throws
/// std::invalid_argument for a rule that cannot be followed, no thread, or observations that do not
/// fit the rule.
template <class Body>
auto replicate(const StoppingRule& rule, const Body& body, unsigned threads,
               const std::function<bool()>& stop = {}) {
  using Observed = std::invoke_result_t<const Body&, std::uint32_t>;
  using Payload = typename replication_detail::PayloadOf<Observed>::type;
  check(rule);
  ReplicationResult<Payload> result;
  result.estimands = replication_detail::named(rule);
  for (;;) {
    const std::uint32_t first = result.replications;
    const std::uint32_t end = next_round_end(rule, result.estimands.front().values);
    std::vector<std::optional<Observed>> round(end - first);
    const std::uint32_t complete = replication_detail::run_round(
        end - first, threads, [&](std::uint32_t i) { round[i].emplace(body(first + i)); }, stop);
    for (std::uint32_t i = 0; i < complete; ++i) {
      replication_detail::append(result.estimands, round[i]->estimands);
      result.payload.merge(round[i]->payload);
    }
    result.replications += complete;
    if (complete < end - first) {
      result.reason = StopReason::stopped;
      break;
    }
    if (next_round_end(rule, result.estimands.front().values) > end) continue;
    const Interval interval = t_interval(result.estimands.front().values, rule.confidence);
    result.reason = is_precise(rule, interval) ? StopReason::precise : StopReason::maximum;
    break;
  }
  replication_detail::close(result.estimands, rule.confidence);
  return result;
}

}  // namespace loopsteal
