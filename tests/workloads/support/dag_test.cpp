#include "workloads/support/dag.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

DagJob job(const char* name, std::int64_t time_ns, std::vector<std::uint32_t> before = {}) {
  return {name, Duration(time_ns), std::move(before)};
}

std::string error_of(std::vector<DagJob> jobs) {
  try {
    static_cast<void>(Dag(std::move(jobs), "test"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::uint32_t> after(const Dag& dag, std::uint32_t place) {
  return {dag.after(place).begin(), dag.after(place).end()};
}

// a before b and c, both before d; e alone. Named backwards, so that nothing depends on the order.
Dag diamond() {
  return Dag({job("d", 4, {1, 2}), job("c", 3, {3}), job("b", 20, {3}), job("a", 1), job("e", 7)},
             "test");
}

TEST(Dag, KnowsWhoComesAfterWhomInTheOrderOfTheList) {
  const Dag dag = diamond();
  EXPECT_EQ(after(dag, 3), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(after(dag, 1), (std::vector<std::uint32_t>{0}));
  EXPECT_TRUE(after(dag, 0).empty());
  EXPECT_TRUE(after(dag, 4).empty());
}

TEST(Dag, KnowsItsWorkAndItsLongestPath) {
  EXPECT_EQ(diamond().total_time(), Duration(35));
  EXPECT_EQ(diamond().critical_path(), Duration(25));
  const Dag alone({job("x", 0)}, "test");
  EXPECT_EQ(alone.total_time(), Duration(0));
  EXPECT_EQ(alone.critical_path(), Duration(0));
}

TEST(Dag, AWavefrontIsAsLongAsItsTwoSides) {
  const Dag dag = Dag::wavefront(7, Duration(10));
  EXPECT_EQ(dag.jobs().size(), 49u);
  EXPECT_EQ(dag.total_time(), Duration(490));
  EXPECT_EQ(dag.critical_path(), Duration(130));
  EXPECT_EQ(after(dag, 0), (std::vector<std::uint32_t>{1, 7}));
}

TEST(Dag, NamesTheMembersOfACycleAndNoOthers) {
  const std::string error = error_of({job("before", 1), job("x", 1, {0, 3}), job("y", 1, {1}),
                                      job("z", 1, {2}), job("behind", 1, {3})});
  // From wherever it is entered, in the order in which they wait.
  const bool named = error.find("x -> y -> z -> x") != std::string::npos ||
                     error.find("y -> z -> x -> y") != std::string::npos ||
                     error.find("z -> x -> y -> z") != std::string::npos;
  EXPECT_TRUE(named) << error;
  EXPECT_EQ(error.find("behind"), std::string::npos) << error;
  EXPECT_NE(error.find("test: "), std::string::npos) << error;
}

TEST(Dag, AJobThatWaitsForItselfIsACycle) {
  EXPECT_NE(error_of({job("x", 1, {0})}).find("x -> x"), std::string::npos);
}

TEST(Dag, ALongCycleIsNamedInPart) {
  std::vector<DagJob> ring;
  for (std::uint32_t i = 0; i < 100; ++i) ring.push_back(job("j", 1, {(i + 99) % 100}));
  EXPECT_NE(error_of(std::move(ring)).find("80 more"), std::string::npos);
}

TEST(Dag, ImpossibleTimesAreRefused) {
  EXPECT_NE(error_of({job("x", -1)}).find("\"x\" takes -1 ns"), std::string::npos);
  const std::int64_t most = std::int64_t{1} << 61;
  EXPECT_EQ(error_of({job("x", most), job("y", most)}), "");
  EXPECT_NE(error_of({job("x", most), job("y", most), job("z", 1)}), "");
}

TEST(Dag, AnEmptyListIsRefused) { EXPECT_NE(error_of({}).find("no jobs"), std::string::npos); }

}  // namespace
}  // namespace loopsteal
