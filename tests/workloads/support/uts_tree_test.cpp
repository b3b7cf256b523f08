#include "workloads/support/uts_tree.hpp"

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

TEST(UtsTree, CountingStopsWhereItIsToldTo) {
  EXPECT_EQ(count_serially(UtsTree(tree_named("T3WL").parameters), 5000).nodes, 5000u);
}

}  // namespace
}  // namespace loopsteal
