// A program that answers as an original does: asked, held to its version, calibrated and predicted.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/originals/original_cells.hpp"
#include "bench/calibrate/self_validation.hpp"
#include "tests/bench/calibrate/as_if_original.hpp"

namespace loopsteal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

WorkloadCatalog catalog() { return built_in_workloads(); }

/// A folder with a program `start` that answers as `script` says; it is run in that folder.
class FakeOriginal {
 public:
  explicit FakeOriginal(const std::string& script) {
    std::string pattern = ::testing::TempDir() + "original_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const std::filesystem::path start = folder_ / "start";
    std::ofstream(start) << "#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit\n" << script;
    std::filesystem::permissions(start, std::filesystem::perms::owner_all);
    setenv("LOOPSTEAL_ORIGINALS", folder_.c_str(), 1);
  }
  FakeOriginal(const FakeOriginal&) = delete;
  FakeOriginal& operator=(const FakeOriginal&) = delete;
  ~FakeOriginal() {
    unsetenv("LOOPSTEAL_ORIGINALS");
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  std::filesystem::path folder_;
};

constexpr const char* kAnswers = R"(
while read -r line; do
  case $line in
    version*) echo '{"version": "CPython 3.11.99"}' ;;
    naps*times=7) echo '{"makespan_ns": 7}' ;;
    hops*) exit 0 ;;
    *) echo '{"error": "not I"}' ;;
  esac
done
)";

TEST(OriginalServers, AnswersRunAfterRunUntilItEnds) {
  const FakeOriginal fake(kAnswers);
  OriginalServer server(original_target("cpython-3.11"));
  EXPECT_EQ(server.version(), "CPython 3.11.99");
  EXPECT_EQ(server.run({"naps", {{"times", 7}}}).makespan_ns, 7);
  EXPECT_THAT([&] { server.run({"yields"}); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("yields"), HasSubstr("not I"))));
  EXPECT_EQ(server.run({"naps", {{"times", 7}}}).makespan_ns, 7);  // It goes on after that.
  EXPECT_THAT([&] { server.run({"hops"}); },
              ThrowsMessage<std::runtime_error>(HasSubstr("has ended")));
}

TEST(OriginalServers, AnotherVersionIsRefusedAndSoIsWhatDoesNotStart) {
  const auto start = [](const std::string& script) {
    return [script] {
      const FakeOriginal fake(script);
      const OriginalServer server(original_target("tokio-1.24"));
    };
  };
  EXPECT_THAT(start(kAnswers), ThrowsMessage<std::runtime_error>(HasSubstr("CPython 3.11.99")));
  EXPECT_THAT(start("exit 3\n"), ThrowsMessage<std::runtime_error>(HasSubstr("does not run here")));
  EXPECT_THAT(
      [] {
        setenv("LOOPSTEAL_ORIGINALS", "/nowhere", 1);
        const OriginalServer server(original_target("tokio-1.24"));
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("LOOPSTEAL_ORIGINALS")));
  unsetenv("LOOPSTEAL_ORIGINALS");
}

// What it says to a request is in a file beside it, behind the request and a bar.
constexpr const char* kAnswersFromFile = R"(
while read -r line; do
  case $line in
    version*) echo '{"version": "CPython 3.11.99"}' ;;
    *) grep -F -m 1 "$line|" answers | cut -d '|' -f 2 ;;
  esac
done
)";

// Of a machine on which everything takes `factor` times as long as when the costs were kept.
CostsFile slowed(CostsFile file, int factor) {
  for (CostTable& table : file.tables) table.cost.value *= factor;
  return file;
}

// Task, event and hop as the work of workloads has them; pieces are not told apart from tasks.
OriginalSolution solution_in(const CostsFile& file) {
  OriginalSolution truth{.entries = std::vector<double>(cost_entries().size()), .shown = {}};
  const auto ns = [&file](const char* owner, std::string_view name) {
    const MeasuredCost* cost = file.find(owner, name);
    if (cost == nullptr) cost = file.find("event_loop", name);
    return cost == nullptr ? 0.0 : static_cast<double>(cost->value.count());
  };
  for (std::size_t j = 0; j < truth.entries.size(); ++j)
    truth.entries[j] = ns("", cost_entries()[j].name);
  truth.task = ns("work", "timers");
  truth.event = ns("work", "ping_pong") - truth.task;
  truth.hop = ns("work", "pipeline");
  return truth;
}

TEST(SelfValidations, FindTheCostsOfTodayAmongTheCellsThatTheyPredict) {
  const OriginalTarget& target = original_target("cpython-3.11");
  const CostsFile now = slowed(read_costs_file("cpython-3.11"), 3);
  const Predictor reality{.costs = costs_of(now, "now"), .works = now};
  std::vector<PredictionCell> cells = original_cells(target, catalog());
  std::erase_if(cells, [](const PredictionCell& cell) {
    return cell.point.workload.name != "ping_pong" && cell.point.workload.name != "yield_many";
  });
  const FakeOriginal fake(kAnswersFromFile);
  {
    std::ofstream answers(fake.folder() / "answers");
    const auto add = [&answers](const OriginalRun& run, double makespan, double cpu) {
      std::string line = request_of(run);
      line.pop_back();
      answers << line << R"(|{"makespan_ns": )" << makespan << R"(, "cpu_ns": )" << cpu << "}\n";
    };
    for (const MicroRuns& each : as_if(target, solution_in(now), 1))
      add(each.micro, each.makespans.front(), each.cpu.front());
    for (const PredictionCell& cell : cells) {
      const double makespan = reality.predict(cell, 1, catalog()).makespan_ns;
      add(original_run_of(cell, 1, catalog()), makespan, makespan);
    }
  }
  OriginalServer server(target);
  ValidationOptions options{.repetitions = 1};
  options.measure = [&](const PredictionCell& cell, std::uint64_t seed) {
    return figures_of(server.run(original_run_of(cell, seed, catalog())));
  };
  CostsFile head;
  head.machine = "a slow one";
  OriginalCalibration calibration(target, server, 1);
  const SelfValidation found = validate_with_found_costs(
      calibration, {.name = "now", .kept = "cpython-3.11"}, cells, catalog(), options, head);
  EXPECT_EQ(found.validation.cells.size(), 2u);
  EXPECT_LT(found.validation.makespan_error(), 0.05);
  EXPECT_EQ(found.costs.compiler, "CPython 3.11.99");
  EXPECT_EQ(found.costs.machine, "a slow one");
  EXPECT_EQ(found.predictor.costs.name, costs_of(found.costs, "now").name);
  ASSERT_TRUE(found.validation.other);
  EXPECT_EQ(found.validation.other->name,
            costs_of(read_costs_file("cpython-3.11"), "cpython-3.11").name);
  EXPECT_NEAR(found.validation.other->makespan_error, 2.0 / 3, 0.05);
  EXPECT_EQ(found.validation.other->one_side, -1);
  EXPECT_EQ(found.validation.other->refused, "");

  // Kept costs that lack what the cells need predict nothing, and are no reason to fail.
  OriginalCalibration again(target, server, 1);
  const SelfValidation lacking = validate_with_found_costs(
      again, {.name = "now", .kept = "tokio-1.24"}, cells, catalog(), options, head);
  EXPECT_LT(lacking.validation.makespan_error(), 0.05);
  ASSERT_TRUE(lacking.validation.other);
  EXPECT_THAT(lacking.validation.other->refused,
              AllOf(HasSubstr("iteration"), HasSubstr("tokio-1.24")));
}

}  // namespace
}  // namespace loopsteal
