// One table of settings, read from flags, the environment and a config file.
#include "bench/cli/settings.hpp"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/cli/config_file.hpp"
#include "bench/cli/exit_status.hpp"
#include "tests/core/knob_round_trip.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;

std::map<std::string, std::string>& fake_environment() {
  static std::map<std::string, std::string> variables;
  return variables;
}
const char* fake_variable(const char* name) {
  const auto found = fake_environment().find(name);
  return found == fake_environment().end() ? nullptr : found->second.c_str();
}

Settings read_config(std::string_view text) {
  Settings settings;
  apply_config(settings, text, "lab.toml");
  return settings;
}

std::string config_error(std::string_view text) {
  try {
    read_config(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(Settings, RoundTrip) { testing::expect_round_trip(setting_knobs(), Settings{}); }

TEST(Settings, EnvironmentSetsValuesAndLists) {
  fake_environment() = {{"LOOPSTEAL_WORKERS", "2"},
                        {"LOOPSTEAL_SCHEDULER", "event_loop work_stealing:steal=one"},
                        {"LOOPSTEAL_SIZE", ""}};
  Settings settings;
  apply_environment(settings, &fake_variable);
  EXPECT_EQ(settings.workers, 2u);
  EXPECT_THAT(settings.schedulers, ::testing::ElementsAre("event_loop", "work_stealing:steal=one"));
  EXPECT_EQ(settings.size, Settings{}.size);
}

TEST(Settings, AWrongVariableIsNamed) {
  fake_environment() = {{"LOOPSTEAL_WORKERS", "many"}};
  Settings settings;
  try {
    apply_environment(settings, &fake_variable);
    FAIL() << "workers = many was taken";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("LOOPSTEAL_WORKERS"));
  }
}

TEST(ConfigFile, SetsEveryKindOfSetting) {
  const Settings settings = read_config(
      "scheduler = ['event_loop', \"work_stealing:steal=one\"]\n"
      "workload = 'uts:tree=T1'\n"
      "workers = 2\n"
      "repetitions = 'auto'\n"
      "oversubscribe = true\n"
      "size = 'small'\n"
      "format = 'jsonl'\n"
      "output = 'r.jsonl'\n");
  EXPECT_EQ(settings.schedulers.size(), 2u);
  EXPECT_THAT(settings.workloads, ::testing::ElementsAre("uts:tree=T1"));
  EXPECT_EQ(settings.workers, 2u);
  EXPECT_EQ(settings.repetitions, 0u);
  EXPECT_TRUE(settings.oversubscribe);
  EXPECT_EQ(settings.size, Size::small);
  EXPECT_EQ(settings.format, Format::jsonl);
  EXPECT_EQ(settings.output, "r.jsonl");
}

TEST(ConfigFile, AnUnknownKeyHasLineColumnAndTheNearest) {
  EXPECT_EQ(config_error("seed = 1\n\n  wokers = 2\n"),
            "lab.toml:3:3: There is no setting \"wokers\". Did you mean \"workers\"?");
}

TEST(ConfigFile, AWrongValueHasLineColumnAndWhatIsAllowed) {
  const std::string range = config_error("seed = 1\nworkers = 0\n");
  EXPECT_THAT(range, HasSubstr("lab.toml:2:11: workers:"));
  EXPECT_THAT(range, HasSubstr("1..65535"));
  EXPECT_THAT(config_error("size = 'smal'"), HasSubstr("Did you mean \"small\"?"));
  EXPECT_THAT(config_error("workers = 1.5"), HasSubstr("lab.toml:1:11"));
  EXPECT_THAT(config_error("workload = ['uts', 3]"), HasSubstr("A string is expected here."));
  EXPECT_THAT(config_error("workload = 3"), HasSubstr("array of strings"));
}

TEST(ConfigFile, WhatIsNoTomlHasLineAndColumn) {
  EXPECT_THAT(config_error("seed = 1\nworkers 2\n"), HasSubstr("lab.toml:2:"));
  EXPECT_THAT(config_error("seed = 1\nseed = 2\n"), HasSubstr("lab.toml:2:"));
}

TEST(ConfigFile, AFileThatIsNotThereIsNamed) {
  Settings settings;
  EXPECT_THROW(apply_config_file(settings, "/no/such/lab.toml"), UsageError);
}

TEST(ConfigFile, WhatIsPrintedReadsBack) {
  Settings settings;
  settings.schedulers = {"work_stealing:steal=one", "event_loop"};
  settings.workers = 3;
  settings.oversubscribe = true;
  settings.trace = "a \"quoted\" name.json";
  settings.observe = Observe::delays;
  const std::string text = print_config(settings);
  const Settings again = read_config(text);
  EXPECT_EQ(print_config(again), text);
  EXPECT_EQ(again.schedulers, settings.schedulers);
  EXPECT_EQ(again.trace, settings.trace);
  EXPECT_TRUE(again.oversubscribe);
  EXPECT_EQ(print_config(read_config(print_config(Settings{}))), print_config(Settings{}));
}

}  // namespace
}  // namespace loopsteal
