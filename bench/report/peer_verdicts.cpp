#include "bench/report/peer_verdicts.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace loopsteal {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::string_view kOurs = "loopsteal";

// All starts of one work with one number of workers.
struct Group {
  std::string work;
  std::uint32_t workers = 1;
  std::map<std::int64_t, const PeerRow*> ours;  ///< By round.
  std::vector<std::pair<std::string, std::vector<const PeerRow*>>> peers;
};

template <class Items, class Is, class Make>
auto& find_or_add(Items& items, Is is, Make make) {
  const auto found = std::ranges::find_if(items, is);
  return found != items.end() ? *found : items.emplace_back(make());
}

std::vector<Group> groups_of(const std::vector<PeerRow>& rows) {
  std::vector<Group> groups;
  for (const PeerRow& row : rows) {
    Group& group = find_or_add(
        groups,
        [&](const Group& one) { return one.work == row.work && one.workers == row.workers; },
        [&] {
          return Group{row.work, row.workers, {}, {}};
        });
    if (row.peer == kOurs) {
      if (row.error.empty() && row.ns_per_op) group.ours[row.round] = &row;
      continue;
    }
    auto& peer = find_or_add(
        group.peers, [&](const auto& one) { return one.first == row.peer; },
        [&] { return std::pair(row.peer, std::vector<const PeerRow*>{}); });
    peer.second.push_back(&row);
  }
  return groups;
}

PeerVerdict::Outcome outcome_of(const Estimate& ratio, std::optional<double> at_most) {
  using enum PeerVerdict::Outcome;
  if (!at_most) return seen;
  if (ratio.high <= *at_most) return met;
  return ratio.low > *at_most ? not_met : tie;
}

PeerVerdict beside(const Group& group, const std::string& peer,
                   const std::vector<const PeerRow*>& theirs) {
  PeerVerdict verdict{.work = group.work,
                      .operation = theirs.front()->operation,
                      .peer = peer,
                      .workers = group.workers,
                      .at_most = theirs.front()->at_most};
  std::vector<double> ours_ns, theirs_ns, ratios;
  for (const PeerRow* row : theirs) {
    if (!row->error.empty()) verdict.note = row->error;
    const auto own = group.ours.find(row->round);
    if (!row->error.empty() || !row->ns_per_op || own == group.ours.end()) continue;
    ours_ns.push_back(*own->second->ns_per_op);
    theirs_ns.push_back(*row->ns_per_op);
    ratios.push_back(ours_ns.back() / theirs_ns.back());
  }
  if (ratios.empty() || !verdict.note.empty()) {
    verdict.outcome = PeerVerdict::Outcome::failed;
    if (verdict.note.empty()) verdict.note = "no round has both";
    return verdict;
  }
  // What was measured in one round stays together: the median of its ratios, over 1.
  verdict.ratio = ratio_of_medians(ratios, std::array{1.0}, kSeed);
  verdict.ours_ns = median(ours_ns);
  verdict.theirs_ns = median(theirs_ns);
  verdict.rounds = ratios.size();
  verdict.outcome = outcome_of(*verdict.ratio, verdict.at_most);
  return verdict;
}

// A peer that never ends has no rows; those of ours say so.
std::optional<PeerVerdict> alone(const Group& group) {
  std::vector<double> ours_ns;
  const PeerRow* telling = nullptr;
  for (const auto& [round, row] : group.ours) {
    ours_ns.push_back(*row->ns_per_op);
    if (!row->never_ends.empty()) telling = row;
  }
  if (telling == nullptr) return std::nullopt;
  return PeerVerdict{.work = group.work,
                     .operation = telling->operation,
                     .peer = telling->other_peer,
                     .workers = group.workers,
                     .ours_ns = median(ours_ns),
                     .rounds = ours_ns.size(),
                     .outcome = PeerVerdict::Outcome::met,
                     .note = telling->never_ends};
}

std::string_view word_of(PeerVerdict::Outcome outcome) {
  switch (outcome) {
    case PeerVerdict::Outcome::failed:
      return "failed";
    case PeerVerdict::Outcome::not_met:
      return "not met";
    case PeerVerdict::Outcome::tie:
      return "tie";
    case PeerVerdict::Outcome::met:
      return "met";
    case PeerVerdict::Outcome::seen:
      return "seen";
  }
  return "failed";
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

std::vector<PeerVerdict> peer_verdicts_of(const std::vector<PeerRow>& rows) {
  std::vector<PeerVerdict> verdicts;
  for (const Group& group : groups_of(rows)) {
    for (const auto& [peer, theirs] : group.peers) verdicts.push_back(beside(group, peer, theirs));
    if (std::optional<PeerVerdict> verdict = alone(group)) verdicts.push_back(*verdict);
  }
  return verdicts;
}

Json to_json(const PeerVerdict& verdict, std::size_t source) {
  Json json = {{"source", source},
               {"work", verdict.work},
               {"operation", verdict.operation},
               {"peer", verdict.peer},
               {"workers", verdict.workers},
               {"ours_ns", or_null(verdict.ours_ns)},
               {"theirs_ns", or_null(verdict.theirs_ns)},
               {"ratio", nullptr},
               {"rounds", verdict.rounds},
               {"at_most", or_null(verdict.at_most)},
               {"verdict", word_of(verdict.outcome)},
               {"note", verdict.note}};
  if (verdict.ratio) {
    json["ratio"] = {{"value", verdict.ratio->value},
                     {"low", verdict.ratio->low},
                     {"high", verdict.ratio->high}};
  }
  return json;
}

}  // namespace loopsteal
