#include "bench/cli/ask_command.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_commands.hpp"
#include "bench/cli/progress_mode.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/questions/answer_json.hpp"
#include "bench/questions/answer_text.hpp"
#include "bench/questions/catalog.hpp"
#include "bench/questions/laboratory.hpp"

namespace loopsteal {
namespace {

using questions::Answer;
using questions::Evidence;
using questions::Question;

constexpr std::array<std::string_view, 3> kFormats = {"table", "md", "json"};
constexpr std::uint32_t kThreadsMax = 1'024;

bool coloured_output(const AskCommand& command) {
  return command.format == "table" && command.output == "-" &&
         wants_colour(ColourMode::automatic, STDOUT_FILENO);
}

TableStyle style_of(const AskCommand& command) {
  return command.format == "md" ? TableStyle::markdown : TableStyle::text;
}

void check(const AskCommand& command) {
  if (std::ranges::find(kFormats, command.format) == kFormats.end()) {
    throw UsageError(fmt::format("There is no format \"{}\" of an answer.{}", command.format,
                                 did_you_mean(command.format, kFormats)));
  }
  if (command.threads > kThreadsMax) {
    throw UsageError(fmt::format("--threads: {} is out of range: 1..{} is allowed.",
                                 command.threads, kThreadsMax));
  }
}

void list_questions(const AskCommand& command, std::span<const Question* const> list,
                    Output& output) {
  if (command.format == "json") {
    Json json = Json::array();
    for (const Question* question : list) json.push_back(questions::to_json(*question));
    output.write(json.dump(2) + "\n");
    return;
  }
  output.write(questions::render_list(list, style_of(command), coloured_output(command)));
  if (command.format == "table") {
    output.write(
        "\nloopsteal ask Q03, or words of it: loopsteal ask lifo slot. Add --full for "
        "the size to quote.\n");
  }
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

const Question& chosen(const std::string& words) {
  const std::vector<const Question*> found = questions::find_questions(words);
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    throw UsageError(
        fmt::format("No question has the words \"{}\". loopsteal ask lists all of them.", words));
  }
  throw UsageError(fmt::format("{} questions have the words \"{}\": name one by its number.\n{}",
                               found.size(), words,
                               questions::render_list(found, TableStyle::text, false)));
}

// Null if no raw file is wanted.
std::unique_ptr<Output> open_raw(const AskCommand& command, const Question& question) {
  if (command.raw == "none") return nullptr;
  if (!command.raw.empty()) return open_output(command.raw);
  if (command.format == "json") return nullptr;
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return open_new_output(fmt::format("answer-{}-{:%Y%m%dT%H%M%SZ}.json", question.id, parts));
}

/// One question from its experiment to its answer.
class Asking {
 public:
  Asking(const AskCommand& command, const Question& question, std::string command_line)
      : command_(command), question_(question), command_line_(std::move(command_line)) {}

  int run() {
    const std::unique_ptr<Output> output = open_output(command_.output);
    const std::unique_ptr<Output> raw = open_raw(command_, question_);
    // Nothing half done is worth keeping: an answer needs all of its trials.
    Interruption interruption([] {});
    try {
      const Evidence evidence = measured([&interruption] { return interruption.requested(); });
      const Answer answer = question_.judge(evidence);
      const std::string document = to_line(document_of(answer, evidence)) + "\n";
      if (raw) finish(*raw, document);
      const std::string raw_path = raw ? raw->path() : "";
      finish(*output, command_.format == "json" ? document : text_of(answer, raw_path));
      return answer.stands() ? kExitOk : kExitNegative;
    } catch (const questions::Stopped&) {
      tell("{}: interrupted. An answer needs all of its trials: none was kept.", question_.id);
      return interruption.exit_status();
    } catch (const questions::TooFewCpus& error) {
      return complain(error, kExitEnvironment);
    } catch (const questions::LaboratoryError& error) {
      return complain(error, kExitPartial);
    }
  }

 private:
  [[nodiscard]] Evidence measured(const std::function<bool()>& stop) const {
    const std::vector<questions::Trial> trials = question_.trials(
        questions::Effort(command_.full ? questions::Effort::kFull : questions::Effort::kQuick));
    Progress progress(progress_mode(command_.progress), questions::runs_of(trials));
    const unsigned threads = command_.threads != 0
                                 ? command_.threads
                                 : std::max(1u, std::thread::hardware_concurrency());
    return questions::measure(
        trials, question_.metrics,
        {.seed = command_.seed,
         .threads = threads,
         .cpus = workers_it_carries(host_),
         .stop = stop,
         .progress = [&](std::size_t done, std::string_view name) { progress.show(done, name); }});
  }

  [[nodiscard]] Json document_of(const Answer& answer, const Evidence& evidence) const {
    Json context = make_context(
        {.executable = "loopsteal", .command = command_line_, .seed = command_.seed}, host_);
    context["schema"] = questions::kAnswerSchema;
    // Each effect, table and chart says which of the two it is of.
    context.erase("machine");
    context.erase("time");
    context["effort"] = command_.full ? "full" : "quick";
    return {{"context", std::move(context)},
            {"answer", questions::to_json(question_, answer, evidence)}};
  }

  [[nodiscard]] std::string text_of(const Answer& answer, const std::string& raw_path) const {
    const std::string made_by =
        fmt::format("loopsteal ask {}{} --seed {}; real threads on {}, {} CPUs{}", question_.id,
                    command_.full ? " --full" : "", command_.seed, host_.cpu_model, host_.cpus,
                    build_is_for_measuring() ? "" : ", a build that is not for measuring");
    return questions::render(question_, answer, {.made_by = made_by, .figures_from = raw_path},
                             style_of(command_), coloured_output(command_));
  }

  static void finish(Output& output, const std::string& text) {
    output.write(text);
    output.commit();
  }

  int complain(const std::exception& error, int status) const {
    tell("{}: {}", question_.id, error.what());
    return status;
  }

  const AskCommand& command_;
  const Question& question_;
  const std::string command_line_;
  const HostFacts host_ = read_host_facts();
};

}  // namespace

int ask_command(const AskCommand& command, const std::string& command_line) {
  check(command);
  if (command.words.empty()) {
    std::vector<const Question*> all;
    for (const Question& question : questions::questions()) all.push_back(&question);
    const std::unique_ptr<Output> output = open_output(command.output);
    list_questions(command, all, *output);
    output->commit();
    return kExitOk;
  }
  return Asking(command, chosen(joined(command.words)), command_line).run();
}

}  // namespace loopsteal
