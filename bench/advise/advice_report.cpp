#include "bench/advise/advice_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/advise/advice_words.hpp"
#include "bench/measure/numbers.hpp"

namespace loopsteal {
namespace {

using Column = TextTable::Column;

// Renders one part after the other in one style.
class Report {
 public:
  Report(const Advice& advice, const AdviceQuestion& question, const AdviceTitle& title,
         TableStyle style, bool colour)
      : advice_(advice), question_(question), title_(title), style_(style), colour_(colour) {}

  std::string text() {
    std::vector<std::string> objectives;
    for (const Objective& objective : objectives_()) objectives.push_back(to_string(objective));
    text_ = fmt::format("{} on {}\nVirtual time, seed {}, costs {}.\n{}.\n\n",
                        fmt::join(objectives, ", "), title_.workload, question_.simulation.seed,
                        question_.simulation.costs.name, question_.demand.describe());
    text_ += coloured(verdict_of(advice_, question_), advice_.choice ? Colour::good : Colour::bad,
                      colour_) +
             "\n";
    if (advice_.choice) part("The choice", evidence_table(advice_.evidence));
    part("Each scheduler at its least number of workers", schedulers_table());
    if (!advice_.variations.empty()) part("What the choice hangs on", variations_table());
    if (advice_.check) {
      part(fmt::format("Check by direct simulation, at seeds from {} on", advice_.check->seed),
           check_table());
      text_ += "\n" + check_sentence(advice_) + "\n";
    }
    part("Assumed", assumptions());
    return std::move(text_);
  }

 private:
  const std::vector<Objective>& objectives_() const { return question_.simulation.objectives; }

  void part(const std::string& name, const std::string& body) {
    const std::string heading = style_ == TableStyle::markdown ? "### " + name + "\n" : name;
    text_ += "\n" + coloured(heading, Colour::heading, colour_) + "\n" + body;
  }

  std::string table(TextTable& table) const {
    return table.render(style_, colour_, style_ == TableStyle::text ? 2 : 0);
  }

  std::string evidence_table(const Evidence& evidence) const {
    TextTable rows({Column{"objective"}, Column{"value", Align::right},
                    Column{"95 % interval", Align::right}, Column{"late", Align::right},
                    Column{"95 % interval", Align::right}, Column{"may be late", Align::right},
                    Column{"replications", Align::right}});
    for (std::size_t i = 0; i < objectives_().size(); ++i) {
      const Objective& objective = objectives_()[i];
      std::vector<Cell> cells{{to_string(objective)}};
      const Estimate value = evidence.estimate(i, objective);
      cells.push_back({number_of(objective, value.value)});
      cells.push_back({interval_words(objective, value)});
      if (const auto late = late_share(objective, evidence.excess(i))) {
        cells.push_back({percent(late->mean)});
        cells.push_back(
            {fmt::format("{} to {}", percent(std::max(0.0, late->low())), percent(late->high()))});
        cells.push_back({percent(allowed_late(objective))});
      } else {
        cells.insert(cells.end(), 3, Cell{});
      }
      cells.push_back({std::to_string(evidence.replications())});
      rows.add(std::move(cells));
    }
    return table(rows);
  }

  std::string schedulers_table() const {
    std::vector<Column> columns{{"scheduler"}, {"workers", Align::right}};
    for (const Objective& objective : objectives_()) {
      columns.push_back({std::string(to_string(objective.metric)), Align::right});
    }
    columns.push_back({"verdict"});
    TextTable rows(columns);
    for (const Advised& advised : advice_.schedulers) {
      std::vector<Cell> cells{{advised.scheduler}};
      cells.push_back({advised.least.workers ? std::to_string(*advised.least.workers) : "-"});
      for (std::size_t i = 0; i < objectives_().size(); ++i) {
        const bool known = advised.workers > 0 && advised.evidence.replications() > 0;
        cells.push_back(
            {known ? value_words(objectives_()[i], advised.evidence.estimate(i, objectives_()[i]))
                   : ""});
      }
      cells.push_back({fate_words(advised, question_),
                       advised.outcome == Outcome::chosen ? Colour::good : Colour::none});
      rows.add(std::move(cells));
    }
    return table(rows);
  }

  std::string variations_table() const {
    TextTable rows({{"if"}, {candidate_words(*advice_.choice)}, {"then the choice would be"}});
    for (const Variation& variation : advice_.variations) {
      const bool holds = variation.choice == Standing::kept;
      rows.add({{variation.what},
                {variation.overloaded ? "is overloaded" : std::string(words_of(variation.choice)),
                 holds ? Colour::good : Colour::bad},
                {variation.best ? candidate_words(*variation.best) : "none that was tried"}});
    }
    return table(rows);
  }

  std::string check_table() const {
    std::vector<Column> columns{{"workers", Align::right}};
    for (const Objective& objective : objectives_()) {
      columns.push_back({to_string(objective), Align::right});
    }
    columns.push_back({"replications", Align::right});
    columns.push_back({"verdict"});
    TextTable rows(columns);
    const AdviceCheck& check = *advice_.check;
    add_checked(rows, advice_.choice->workers, check.choice, check.choice_standing, false);
    if (check.fewer) {
      add_checked(rows, advice_.choice->workers - 1, *check.fewer, check.fewer_standing,
                  check.fewer_overloaded);
    }
    return table(rows);
  }

  void add_checked(TextTable& rows, WorkerId workers, const Evidence& evidence, Standing standing,
                   bool overloaded) const {
    std::vector<Cell> cells{{std::to_string(workers)}};
    for (std::size_t i = 0; i < objectives_().size(); ++i) {
      const bool known = evidence.replications() > 0;
      cells.push_back(
          {known ? value_words(objectives_()[i], evidence.estimate(i, objectives_()[i])) : ""});
    }
    cells.push_back({std::to_string(evidence.replications())});
    const std::string verdict =
        overloaded ? "overloaded: the queue grows for ever" : std::string(words_of(standing));
    cells.push_back({evidence.error.empty() ? verdict : "fails: " + evidence.error});
    rows.add(std::move(cells));
  }

  std::string assumptions() const {
    std::string text;
    for (const std::string& sentence : assumptions_of(advice_, question_, title_)) {
      text += fmt::format("- {}\n", sentence);
    }
    return text;
  }

  const Advice& advice_;
  const AdviceQuestion& question_;
  const AdviceTitle& title_;
  const TableStyle style_;
  const bool colour_;
  std::string text_;
};

}  // namespace

std::string render(const Advice& advice, const AdviceQuestion& question, const AdviceTitle& title,
                   TableStyle style, bool colour) {
  return Report(advice, question, title, style, colour).text();
}

}  // namespace loopsteal
