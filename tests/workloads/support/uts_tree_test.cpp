#include "workloads/support/uts_tree.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

const NamedUtsTree& tree_named(std::string_view name) {
  for (const NamedUtsTree& tree : named_uts_trees()) {
    if (tree.name == name) return tree;
  }
  ADD_FAILURE() << "no tree " << name;
  return named_uts_trees().front();
}

UtsCount count_named(std::string_view name) {
  return count_serially(UtsTree(tree_named(name).parameters));
}

// Published counts of the sample trees, their depths and their leaves; each has about four million
// nodes.
TEST(UtsTree, T1HasItsPublishedCount) {
  EXPECT_EQ(count_named("T1"), (UtsCount{.nodes = 4130071, .leaves = 3305118, .depth = 10}));
}

TEST(UtsTree, T3HasItsPublishedCount) {
  EXPECT_EQ(count_named("T3"), (UtsCount{.nodes = 4112897, .leaves = 3599034, .depth = 1572}));
}

class SampleTree : public testing::TestWithParam<const char*> {};

TEST_P(SampleTree, HasItsPublishedCount) {
  const UtsCount count = count_named(GetParam());
  EXPECT_EQ(count.nodes, tree_named(GetParam()).nodes);
  EXPECT_EQ(count.depth, tree_named(GetParam()).depth);
}

INSTANTIATE_TEST_SUITE_P(UtsTree, SampleTree, testing::Values("small", "T2", "T4", "T5"),
                         [](const auto& test) { return std::string(test.param); });

// The roots of the larger trees at least grow children: their parameters are not mixed up.
TEST(UtsTree, EveryNamedTreeGrowsBeyondItsRoot) {
  for (const NamedUtsTree& named : named_uts_trees()) {
    SCOPED_TRACE(named.name);
    EXPECT_GE(count_serially(UtsTree(named.parameters), 1000).nodes, 1000u);
  }
}

TEST(UtsTree, AFixedGeometricTreeIsThePrefixOfADeeperOne) {
  UtsParameters parameters = tree_named("T1").parameters;
  parameters.depth = 6;
  const UtsCount shallow = count_serially(UtsTree(parameters));
  EXPECT_EQ(shallow.nodes, 16000u);
  EXPECT_EQ(shallow.depth, 6);
}

TEST(UtsTree, TheRootOfABinomialTreeHasItsChildrenForCertain) {
  const UtsTree tree({.kind = UtsKind::binomial, .b0 = 7.9, .q = 0, .m = 3});
  EXPECT_EQ(tree.children(tree.root()), 7);
  EXPECT_EQ(count_serially(tree), (UtsCount{.nodes = 8, .leaves = 7, .depth = 1}));
}

TEST(UtsTree, ChildrenAreToldApartByTheirIndexAndTheirParent) {
  const UtsTree tree(tree_named("T1").parameters);
  const UtsNode first = UtsTree::child(tree.root(), 0);
  const UtsNode second = UtsTree::child(tree.root(), 1);
  EXPECT_NE(first.state, second.state);
  EXPECT_NE(UtsTree::child(first, 0).state, UtsTree::child(second, 0).state);
  EXPECT_EQ(first.depth, 1);
}

TEST(UtsTree, TheSeedChangesTheTree) {
  UtsParameters parameters = tree_named("T1").parameters;
  parameters.r = 20;
  EXPECT_NE(UtsTree(parameters).root().state, UtsTree(tree_named("T1").parameters).root().state);
}

UtsNode node_with(std::uint32_t last_word, std::int32_t depth) {
  return {{1, 2, 3, 4, last_word}, depth};
}

// Thresholds are kept for a limited number of levels; a fixed shape is the same on all of them.
TEST(UtsTree, DeepLevelsDrawAsTheFirstOnesDo) {
  const UtsTree tree({.depth = 100'000, .b0 = 4});
  std::mt19937 random(3);
  for (int i = 0; i < 10'000; ++i) {
    const auto word = static_cast<std::uint32_t>(random());
    ASSERT_EQ(tree.children(node_with(word, 99'999)), tree.children(node_with(word, 1))) << word;
  }
  EXPECT_EQ(tree.children(node_with(0x7FFFFFFF, 99'999)), 96);
  EXPECT_EQ(tree.children(node_with(0x7FFFFFFF, 100'000)), 0);
  EXPECT_EQ(tree.children(node_with(0x7FFFFFFF, 100'001)), 0);
}

TEST(UtsTree, ABinomialNodeHasChildrenIfItsShareIsBelowQ) {
  for (const double q : {0.0, 1.0 / 2147483648.0, 0.124875, 0.4999999995, 0.5, 1.0}) {
    const UtsTree tree({.kind = UtsKind::binomial, .b0 = 2, .q = q, .m = 3});
    const auto step = static_cast<std::int64_t>(q * 2147483648.0);
    for (std::int64_t near = step - 2; near <= step + 2; ++near) {
      const auto number = std::clamp<std::int64_t>(near, 0, 0x7FFFFFFF);
      const double share = static_cast<double>(number) / 2147483648.0;
      // The uppermost of the 32 bits is no part of the number.
      for (const std::uint32_t sign : {0u, 0x80000000u}) {
        const UtsNode node = node_with(static_cast<std::uint32_t>(number) | sign, 1);
        EXPECT_EQ(tree.children(node), share < q ? 3 : 0) << q << " " << number;
      }
    }
  }
}

TEST(UtsTree, AHybridTreeTurnsBinomialAtHalfItsDepth) {
  const UtsTree tree({.kind = UtsKind::hybrid, .depth = 7, .b0 = 4, .q = 1, .m = 3});
  EXPECT_EQ(tree.children(node_with(0, 3)), 0);  // Geometric: the least number draws none.
  EXPECT_EQ(tree.children(node_with(0, 4)), 3);  // Binomial, and q is 1.
}

TEST(UtsTree, WithoutAMeanThereIsARootAndNothingElse) {
  for (const UtsShape shape : {UtsShape::fixed, UtsShape::linear, UtsShape::cyclic})
    EXPECT_EQ(count_serially(UtsTree({.shape = shape, .b0 = 0})).nodes, 1u);
}

TEST(UtsTree, CountingStopsWhereItIsToldTo) {
  EXPECT_EQ(count_serially(UtsTree(tree_named("T3WL").parameters), 5000).nodes, 5000u);
}

}  // namespace
}  // namespace loopsteal
