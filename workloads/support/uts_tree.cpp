#include "workloads/support/uts_tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace loopsteal {
namespace {

constexpr double kHybridShare = 0.5;        // Of the depth: a hybrid tree turns binomial there.
constexpr std::int32_t kCyclicPeriods = 5;  // Periods of the depth after which a cyclic tree ends.
constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();

// Every named tree ends earlier. A draw takes 136 bytes a level, and a tree may have 100,000.
constexpr std::size_t kLevelsOfDraws = 128;

// Random number of the node: the last 31 bits of its digest.
std::int32_t random_number(const UtsNode& node) noexcept {
  return static_cast<std::int32_t>(node.state[4] & 0x7FFFFFFFu);
}

std::int32_t first_binomial_depth(const UtsParameters& parameters) noexcept {
  if (parameters.kind == UtsKind::binomial) return 0;
  if (parameters.kind == UtsKind::geometric) return kNever;
  return static_cast<std::int32_t>(std::ceil(kHybridShare * parameters.depth));
}

using enum UtsKind;
using enum UtsShape;
constexpr std::array<NamedUtsTree, 15> kNamedTrees = {{
    {"small", {geometric, fixed, 6, 4, 0, 0, 19}, 16000, 6},
    {"T1", {geometric, fixed, 10, 4, 0, 0, 19}, 4130071, 10},
    {"T2", {geometric, cyclic, 16, 6, 0, 0, 502}, 4117769, 81},
    {"T3", {binomial, fixed, 0, 2000, 0.124875, 8, 42}, 4112897, 1572},
    {"T4", {hybrid, linear, 16, 6, 0.234375, 4, 1}, 4132453, 134},
    {"T5", {geometric, linear, 20, 4, 0, 0, 34}, 4147582, 20},
    {"T1L", {geometric, fixed, 13, 4, 0, 0, 29}, 102181082, 13},
    {"T2L", {geometric, cyclic, 23, 7, 0, 0, 220}, 96793510, 67},
    {"T3L", {binomial, fixed, 0, 2000, 0.200014, 5, 7}, 111345631, 17844},
    {"T1XL", {geometric, fixed, 15, 4, 0, 0, 29}, 1635119272, 15},
    {"T1XXL", {geometric, fixed, 15, 4, 0, 0, 19}, 4230646601, 15},
    {"T3XXL", {binomial, fixed, 0, 2000, 0.499995, 2, 316}, 2793220501, 0},
    {"T1WL", {geometric, fixed, 18, 4, 0, 0, 19}, 270751679750, 18},
    {"T2WL", {binomial, fixed, 0, 2000, 0.4999999995, 2, 559}, 295393891003, 1021239},
    {"T3WL", {binomial, fixed, 0, 2000, 0.4999995, 2, 559}, 157063495159, 758577},
}};

}  // namespace

UtsTree::UtsTree(const UtsParameters& parameters)
    : parameters_(parameters),
      first_binomial_depth_(first_binomial_depth(parameters)),
      // A number divided by 2^31 is less than q if the number is less than this; the product is
      // exact.
      binomial_end_(static_cast<std::int64_t>(std::ceil(parameters.q * 2147483648.0))) {
  const std::int32_t periods = parameters.shape == UtsShape::cyclic ? kCyclicPeriods : 1;
  const std::int32_t last = std::min(periods * parameters.depth, first_binomial_depth_ - 1);
  for (std::int32_t depth = 0; depth <= last; ++depth) {
    const double mean = mean_children(depth);
    const double success = 1.0 / (1.0 + mean);
    log_failure_.push_back(std::log(1.0 - success));  // Minus infinity if the mean is 0.
    if (draws_.size() < kLevelsOfDraws) draws_.emplace_back(log_failure_.back());
    if (mean <= 0) break;  // No nodes below.
  }
}

double UtsTree::mean_children(std::int32_t depth) const noexcept {
  if (depth == 0) return parameters_.b0;
  const double share = static_cast<double>(depth) / parameters_.depth;
  switch (parameters_.shape) {
    case UtsShape::fixed:
      return depth < parameters_.depth ? parameters_.b0 : 0;
    case UtsShape::linear:
      return parameters_.b0 * (1.0 - share);
    case UtsShape::cyclic:
      return std::pow(parameters_.b0, std::sin(2.0 * std::numbers::pi * share));
  }
  return 0;
}

UtsNode UtsTree::root() const noexcept {
  // 16 bytes of zeros, then the seed.
  const std::array<std::uint32_t, 5> message = {0, 0, 0, 0,
                                                static_cast<std::uint32_t>(parameters_.r)};
  return {sha1_of_words(message), 0};
}

UtsNode UtsTree::child(const UtsNode& parent, std::int32_t index) noexcept {
  UtsNode child;
  child.depth = parent.depth + 1;
  grow(parent, index, {&child.state, 1});
  return child;
}

void UtsTree::grow(const UtsNode& parent, std::int32_t first,
                   std::span<Sha1Digest> states) noexcept {
  sha1_of_digest_and_words(parent.state, static_cast<std::uint32_t>(first), states);
}

std::int32_t UtsTree::children(const UtsNode& node) const noexcept {
  if (node.depth >= first_binomial_depth_) {
    if (node.depth == 0) return static_cast<std::int32_t>(std::floor(parameters_.b0));
    return random_number(node) < binomial_end_ ? parameters_.m : 0;
  }
  const auto level = static_cast<std::size_t>(node.depth);
  if (level < draws_.size()) [[likely]]
    return draws_[level](random_number(node));
  if (level >= log_failure_.size()) return 0;
  return GeometricDraw::by_formula(random_number(node), log_failure_[level]);
}

UtsCount count_serially(const UtsTree& tree, std::uint64_t most_nodes) {
  UtsCount count;
  std::vector<UtsNode> pending = {tree.root()};
  while (!pending.empty() && count.nodes < most_nodes) {
    const UtsNode node = pending.back();
    pending.pop_back();
    ++count.nodes;
    count.depth = std::max(count.depth, node.depth);
    const std::int32_t children = tree.children(node);
    if (children == 0) ++count.leaves;
    for (std::int32_t i = 0; i < children; ++i) pending.push_back(UtsTree::child(node, i));
  }
  return count;
}

std::span<const NamedUtsTree> named_uts_trees() noexcept { return kNamedTrees; }

}  // namespace loopsteal
