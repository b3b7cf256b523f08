// Ours beside the peers: ratios of one round, and whether the aim is met.
#include "bench/report/peer_verdicts.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using Outcome = PeerVerdict::Outcome;

PeerRow row(const std::string& peer, std::int64_t round, double ns) {
  return {.work = "uts",
          .operation = "one node",
          .peer = peer,
          .workers = 2,
          .round = round,
          .ns_per_op = ns,
          .at_most = 0.5};
}

std::vector<PeerRow> rounds(double ours, double theirs) {
  std::vector<PeerRow> rows;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(row("loopsteal", i, ours * (1 + 0.01 * i)));
    rows.push_back(row("tokio", i, theirs * (1 + 0.01 * i)));
  }
  return rows;
}

TEST(PeerVerdicts, TheAimDecides) {
  EXPECT_EQ(peer_verdicts_of(rounds(40, 100)).at(0).outcome, Outcome::met);
  EXPECT_EQ(peer_verdicts_of(rounds(60, 100)).at(0).outcome, Outcome::not_met);
  EXPECT_DOUBLE_EQ(peer_verdicts_of(rounds(40, 100)).at(0).ratio->value, 0.4);
  std::vector<PeerRow> without = rounds(40, 100);
  for (PeerRow& each : without) each.at_most.reset();
  EXPECT_EQ(peer_verdicts_of(without).at(0).outcome, Outcome::seen);
}

TEST(PeerVerdicts, AnIntervalThatHoldsTheAimIsATie) {
  std::vector<PeerRow> rows = rounds(50, 100);
  for (PeerRow& each : rows) {
    if (each.peer == "loopsteal") *each.ns_per_op *= each.round % 2 == 0 ? 0.9 : 1.1;
  }
  EXPECT_EQ(peer_verdicts_of(rows).at(0).outcome, Outcome::tie);
}

TEST(PeerVerdicts, OnlyRoundsThatHaveBothCount) {
  std::vector<PeerRow> rows = rounds(40, 100);
  rows.push_back(row("tokio", 99, 1));
  EXPECT_EQ(peer_verdicts_of(rows).at(0).rounds, 9U);
}

TEST(PeerVerdicts, AFailureIsSaid) {
  std::vector<PeerRow> rows = rounds(40, 100);
  rows.back().error = "it crashed";
  EXPECT_EQ(peer_verdicts_of(rows).at(0).outcome, Outcome::failed);
  EXPECT_EQ(peer_verdicts_of(rows).at(0).note, "it crashed");
  EXPECT_EQ(peer_verdicts_of({row("tokio", 0, 1)}).at(0).outcome, Outcome::failed);
}

TEST(PeerVerdicts, WhoNeverEndsHasNoTime) {
  PeerRow ours = row("loopsteal", 0, 40);
  ours.never_ends = "its slot has no cap";
  ours.other_peer = "tokio";
  const auto verdicts = peer_verdicts_of({ours});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].peer, "tokio");
  EXPECT_EQ(verdicts[0].outcome, Outcome::met);
  EXPECT_TRUE(to_json(verdicts[0], 0)["theirs_ns"].is_null());
}

}  // namespace
}  // namespace loopsteal
