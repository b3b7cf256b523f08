// Words to commands: precedence, unknown words, and help that starts with examples.
#include "bench/cli/command_line.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/cli/completion.hpp"
#include "bench/cli/exit_status.hpp"

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char* nothing(const char*) { return nullptr; }
const char* three_workers(const char* name) {
  return std::string_view(name) == "LOOPSTEAL_WORKERS" ? "3" : nullptr;
}

Command parse(const std::vector<std::string>& words) { return parse_command_line(words, &nothing); }

Settings settings_of(const std::vector<std::string>& words) {
  return std::get<MeasureCommand>(parse(words)).settings;
}

std::string error_of(const std::vector<std::string>& words) {
  try {
    parse(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(CommandLine, ReadsOptionsOfRun) {
  const Settings settings = settings_of(
      {"run", "--scheduler", "event_loop", "--scheduler=work_stealing:steal=one", "--workload",
       "uts", "--workers", "2", "--oversubscribe", "--format=json", "-o", "x.json"});
  EXPECT_THAT(settings.schedulers, ElementsAre("event_loop", "work_stealing:steal=one"));
  EXPECT_THAT(settings.workloads, ElementsAre("uts"));
  EXPECT_EQ(settings.workers, 2u);
  EXPECT_TRUE(settings.oversubscribe);
  EXPECT_EQ(settings.format, Format::json);
  EXPECT_EQ(settings.output, "x.json");
}

TEST(CommandLine, FlagsGoBeforeEnvironmentBeforeFileBeforeDefaults) {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    ("loopsteal_config_" + std::to_string(::getpid()) + ".toml");
  std::ofstream(path) << "workers = 1\nseed = 5\nrepetitions = 7\n";
  const auto command = std::get<MeasureCommand>(
      parse_command_line({"run", "--config", path.string(), "--seed", "9"}, &three_workers));
  EXPECT_EQ(command.settings.seed, 9u);
  EXPECT_EQ(command.settings.workers, 3u);
  EXPECT_EQ(command.settings.repetitions, 7u);
  EXPECT_EQ(command.settings.format, Format::table);
  std::filesystem::remove(path);
}

TEST(CommandLine, UnknownWordsOfferTheNearest) {
  EXPECT_THAT(error_of({"compre"}), HasSubstr("Did you mean \"compare\"?"));
  EXPECT_THAT(error_of({"run", "--wrokers", "2"}), HasSubstr("Did you mean \"--workers\"?"));
  EXPECT_THAT(error_of({"run", "--wrokers=2"}), HasSubstr("\"--wrokers\""));
  EXPECT_THAT(error_of({"--verson"}), HasSubstr("Did you mean \"--version\"?"));
}

TEST(CommandLine, WrongValuesNameTheFlag) {
  EXPECT_THAT(error_of({"run", "--workers", "0"}), HasSubstr("--workers: \"0\" is out of range"));
  EXPECT_THAT(error_of({"run", "--format", "xml"}), HasSubstr("--format: \"xml\" is not one of"));
  EXPECT_THAT(error_of({"run", "--format", "jsn"}), HasSubstr("Did you mean \"json\"?"));
  EXPECT_THAT(error_of({"run", "--seed"}), HasSubstr("--seed"));
  EXPECT_THAT(error_of({"run", "--machine", "gpu"}), HasSubstr("threads"));
}

TEST(CommandLine, WithoutACommandItSaysWhatThereIs) {
  EXPECT_THAT(error_of({}), HasSubstr("run, compare, list"));
}

TEST(CommandLine, CompareTakesFiles) {
  const auto command = std::get<MeasureCommand>(parse({"compare", "a.json", "b.json"}));
  EXPECT_TRUE(command.compare);
  EXPECT_THAT(command.files, ElementsAre("a.json", "b.json"));
}

TEST(CommandLine, ListTakesATopicAndAName) {
  const auto command = std::get<ListCommand>(parse({"list", "knobs", "work_stealing", "--json"}));
  EXPECT_EQ(command.topic, "knobs");
  EXPECT_EQ(command.of, "work_stealing");
  EXPECT_TRUE(command.json);
}

TEST(CommandLine, HelpStartsWithExamples) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"},
                                                {"run", "--help"},
                                                {"compare", "-h"},
                                                {"list", "--help"},
                                                {"doctor", "--help"},
                                                {"schema", "--help"}}) {
    const std::string text = std::get<TextCommand>(parse(words)).text;
    EXPECT_TRUE(text.starts_with("Examples:\n")) << text;
    EXPECT_THAT(text, HasSubstr("Usage:"));
  }
}

TEST(CommandLine, VersionNamesTheCommit) {
  EXPECT_THAT(std::get<TextCommand>(parse({"--version"})).text,
              ::testing::StartsWith("loopsteal "));
}

TEST(Completion, KnowsCommandsOptionsAndNames) {
  const WorkloadCatalog workloads = built_in_workloads();
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell, workloads);
    for (const char* word : {"compare", "repetitions", "jsonl", "work_stealing", "hot_shard"}) {
      EXPECT_THAT(script, HasSubstr(word)) << shell;
    }
  }
  EXPECT_THROW(completion_script("csh", workloads), UsageError);
}

}  // namespace
}  // namespace loopsteal
