// `loopsteal ask`: a design question in, the evidence out.
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/questions/answer_json.hpp"
#include "bench/questions/answer_text.hpp"
#include "bench/questions/catalog.hpp"
#include "bench/questions/trial_runner.hpp"

namespace loopsteal {
namespace {

using questions::Answer;
using questions::Evidence;
using questions::Question;

struct AskCommand final : ParsedCommand {
  explicit AskCommand(CLI::App& app) {
    add_argument(app, "question", words, "Q03|WORDS", "Its number, or words of it.");
    add_flag(app, "--full", full, "As long as the published answers were run.");
    add_value(app, "--seed", seed, "0 or more", "Of inputs and choices.");
    add_value(app, "--threads", threads, "0..1024",
              "That run virtual time side by side; 0: one a CPU.");
    document.add_to(app);
    add_value(app, "--raw", raw, "FILE",
              "Where all numbers are kept, those of the figures included; none: nowhere.");
    add_progress(app, progress);
  }
  /// Returns kExitNegative if a claim that the answer rests on did not hold, kExitPartial if a run
  /// failed.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::vector<std::string> words;  ///< None: list the questions.
  bool full = false;
  std::uint64_t seed = 1;
  std::uint32_t threads = 0;  ///< 0: one for each CPU.
  DocumentOptions document;
  std::string raw;  ///< "": in the folder where compare keeps its rows; "none": nowhere.
  std::string progress = "auto";
};

void list_questions(const AskCommand& command, std::span<const Question* const> list,
                    Output& output) {
  if (command.document.is_json()) {
    Json json = Json::array();
    for (const Question* question : list) json.push_back(questions::to_json(*question));
    output.write(json.dump(2) + "\n");
    return;
  }
  output.write(questions::render_list(list, command.document.style(), command.document.colour()));
  if (command.document.format == "table") {
    output.write(
        "\nloopsteal ask Q03, or words of it: loopsteal ask lifo slot. Add --full for "
        "the size to quote.\n");
  }
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
  if (command.document.is_json()) return nullptr;
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
    const std::unique_ptr<Output> output = open_output(command_.document.output);
    const std::unique_ptr<Output> raw = open_raw(command_, question_);
    // Nothing half done is worth keeping: an answer needs all of its trials.
    Interruption interruption([] {});
    try {
      const Evidence evidence = measured([&interruption] { return interruption.requested(); });
      const Answer answer = question_.judge(evidence);
      const std::string document = to_line(document_of(answer, evidence)) + "\n";
      if (raw) finish(*raw, document);
      const std::string raw_path = raw ? raw->path() : "";
      finish(*output, command_.document.is_json() ? document : text_of(answer, raw_path));
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
    return questions::measure(
        trials, question_.metrics,
        {.seed = command_.seed,
         .threads = threads_or_cpus(command_.threads),
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
                             command_.document.style(), command_.document.colour());
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

int AskCommand::run(const Invocation& invocation) const {
  document.check("an answer");
  check_threads(threads);
  if (words.empty()) {
    std::vector<const Question*> all;
    for (const Question& question : questions::questions()) all.push_back(&question);
    const std::unique_ptr<Output> output = open_output(document.output);
    list_questions(*this, all, *output);
    output->commit();
    return kExitOk;
  }
  return Asking(*this, chosen(fmt::format("{}", fmt::join(words, " "))), invocation.command_line)
      .run();
}

std::vector<std::string> numbers_of_questions() {
  std::vector<std::string> numbers;
  for (const Question& question : questions::questions()) numbers.emplace_back(question.id);
  return numbers;
}

}  // namespace

extern const Command ask_command = {
    .name = "ask",
    .summary = "Answer a design question by its experiment; without one, list them.",
    .examples =
        "Examples:\n"
        "  loopsteal ask                     the questions\n"
        "  loopsteal ask Q03                 its experiment, quick: under a minute\n"
        "  loopsteal ask lifo slot           the same by words\n"
        "  loopsteal ask Q05 --full --raw q05.json && scripts/plot q05.json\n"
        "\n"
        "Exit status 1: a claim that the answer rests on did not hold this time.\n",
    .declare = &declare<AskCommand>,
    .arguments = &numbers_of_questions};

}  // namespace loopsteal
