// Words to commands: precedence, unknown words, and help that starts with examples.
#include "bench/cli/command_line.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/cli/commands/completion.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_command.hpp"
#include "bench/measure/row_json.hpp"
#include "bench/measure/row_writer.hpp"
#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char* nothing(const char*) { return nullptr; }
const char* three_workers(const char* name) {
  return std::string_view(name) == "LOOPSTEAL_WORKERS" ? "3" : nullptr;
}

std::unique_ptr<ParsedCommand> parse(const std::vector<std::string>& words) {
  return parse_command_line(words, &nothing);
}

Settings settings_of(const std::vector<std::string>& words, Environment variable = &nothing) {
  return dynamic_cast<const MeasureCommand&>(*parse_command_line(words, variable)).settings;
}

// What it prints, if it succeeds.
std::string output_of(const std::vector<std::string>& words) {
  const WorkloadCatalog workloads = built_in_workloads();
  ::testing::internal::CaptureStdout();
  const int status = parse(words)->run({"loopsteal", "loopsteal", workloads});
  std::string text = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(status, kExitOk) << text;
  return text;
}

std::string temporary_file(const std::string& name) {
  return (std::filesystem::path(::testing::TempDir()) /
          ("loopsteal_" + std::to_string(::getpid()) + "_" + name))
      .string();
}

void write_results(const std::string& path, const std::string& scheduler) {
  const std::unique_ptr<Output> output = open_output(path);
  const std::unique_ptr<RowWriter> writer = make_jsonl_writer(*output);
  writer->begin(Json{{"schema", kSchemaName}, {"seed", 1}});
  writer->row(testing::sample_row(scheduler, "uts", 30));
  writer->end();
  output->commit();
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->name);
  return names;
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
  const std::string path = temporary_file("config.toml");
  std::ofstream(path) << "workers = 1\nseed = 5\nrepetitions = 7\n";
  const Settings settings = settings_of({"run", "--config", path, "--seed", "9"}, &three_workers);
  EXPECT_EQ(settings.seed, 9u);
  EXPECT_EQ(settings.workers, 3u);
  EXPECT_EQ(settings.repetitions, 7u);
  EXPECT_EQ(settings.format, Format::table);
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
  const std::vector<std::string> names = command_names();
  std::string sentence = "A command is missing: run, compare";
  for (std::size_t i = 2; i < names.size(); ++i) {
    sentence += (i + 1 == names.size() ? " or " : ", ") + names[i];
  }
  EXPECT_EQ(error_of({}), sentence + ". loopsteal --help shows examples.");
}

TEST(CommandLine, CompareTakesFiles) {
  const std::string first = temporary_file("first.jsonl");
  const std::string second = temporary_file("second.jsonl");
  write_results(first, "event_loop");
  write_results(second, "shared_queue");
  const std::string both = output_of({"compare", first, second});
  EXPECT_THAT(both, HasSubstr("event_loop"));
  EXPECT_THAT(both, HasSubstr("shared_queue"));
  EXPECT_THAT(both, HasSubstr("baseline"));
  EXPECT_THAT(output_of({"compare", first}), Not(HasSubstr("shared_queue")));
  EXPECT_THAT(error_of({"run", first}), HasSubstr("does not know"));
  std::filesystem::remove(first);
  std::filesystem::remove(second);
}

TEST(CommandLine, ListTakesATopicAndAName) {
  const Json document = Json::parse(output_of({"list", "knobs", "work_stealing", "--json"}));
  EXPECT_EQ(document.size(), 1u);
  ASSERT_FALSE(document.at("knobs").empty());
  for (const Json& knob : document["knobs"]) EXPECT_EQ(knob["of"], "work_stealing");
}

TEST(CommandLine, HelpStartsWithExamples) {
  for (const char* help : {"-h", "--help"}) {
    EXPECT_THAT(output_of({help}), StartsWith("Examples:\n"));
    for (const Command* command : commands()) {
      const std::string text = output_of({std::string(command->name), help});
      EXPECT_THAT(text, StartsWith(std::string(command->examples)));
      EXPECT_THAT(text, StartsWith("Examples:\n"));
      EXPECT_THAT(text, HasSubstr("Usage: loopsteal " + std::string(command->name)));
    }
  }
}

TEST(CommandLine, VersionNamesTheCommit) {
  EXPECT_THAT(output_of({"--version"}), StartsWith("loopsteal "));
}

TEST(Commands, EachFileIsInTheListUnderItsName) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(LOOPSTEAL_COMMANDS)) {
    if (entry.path().extension() == ".cpp") files.push_back(entry.path().stem());
  }
  EXPECT_THAT(command_names(), ::testing::UnorderedElementsAreArray(files));
}

TEST(Commands, HelpAndCompletionAndTheNearestNameComeFromTheList) {
  const std::string help = output_of({"--help"});
  const std::string bash = completion_script("bash", built_in_workloads());
  std::vector<std::string> completed;
  for (const CommandWords& words : words_of_command_line()) completed.push_back(words.command);
  EXPECT_EQ(completed, command_names());
  for (const Command* command : commands()) {
    const std::string name(command->name);
    EXPECT_THAT(help, HasSubstr("\n  " + name + " "));
    EXPECT_THAT(help, HasSubstr(command->summary));
    EXPECT_THAT(bash, HasSubstr("\n    " + name + ")\n"));
    EXPECT_THAT(error_of({name + "x"}), HasSubstr("Did you mean \"" + name + "\"?"));
  }
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
