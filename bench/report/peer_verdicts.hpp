// Ours beside the peers: for each work and peer the ratio of the times of one round, and whether it
// meets its aim, as scripts/peers/run decides it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/report/source.hpp"
#include "bench/statistics/comparison.hpp"

namespace loopsteal {

struct PeerVerdict {
  enum class Outcome { failed, not_met, tie, met, seen };

  std::string work = {};
  std::string operation = {};
  std::string peer = {};
  std::uint32_t workers = 1;
  std::optional<double> ours_ns = {};  ///< Median of an operation's time.
  std::optional<double> theirs_ns = {};
  std::optional<Estimate> ratio = {};  ///< Ours over theirs, over the rounds that have both.
  std::size_t rounds = 0;
  std::optional<double> at_most = {};
  Outcome outcome = Outcome::seen;  ///< `seen`: there is no aim.
  std::string note = {};            ///< Why it failed, or why the peer has no time.
};

/// In the order in which the rows name works and peers first.
std::vector<PeerVerdict> peer_verdicts_of(const std::vector<PeerRow>& rows);

Json to_json(const PeerVerdict& verdict, std::size_t source);

}  // namespace loopsteal
