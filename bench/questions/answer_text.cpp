#include "bench/questions/answer_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::size_t kLabelWidth = 9;
constexpr std::size_t kTextWidth = 88;

/// "Label    text", wrapped, with the following lines indented.
std::string paragraph(std::string_view label, std::string_view text, TableStyle style) {
  if (style == TableStyle::markdown) return fmt::format("**{}** {}\n\n", label, text);
  std::string result = fmt::format("{:<{}}", label, kLabelWidth);
  std::size_t column = 0;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string word(text.substr(begin, end - begin));
    const std::size_t width = display_width(word);
    if (column > 0 && column + 1 + width > kTextWidth) {
      result += "\n" + std::string(kLabelWidth, ' ');
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += width;
    begin = end + 1;
  }
  return result + "\n";
}

std::string_view time_of(std::string_view machine) {
  if (machine == "threads") return "real threads";
  return machine == "sim" ? "virtual time" : "theory";
}

std::string effects_of(const Answer& answer, TableStyle style, bool colour) {
  TextTable table({{.title = "effect"},
                   {.title = "value [95 %]", .align = Align::right},
                   {.title = "measured in"}});
  for (const Effect& effect : answer.effects) {
    table.add({{effect.what},
               {text_of(effect.estimate, effect.unit)},
               {std::string(time_of(effect.machine))}});
  }
  return table.render(style, colour, style == TableStyle::text ? 2 : 0) + "\n";
}

std::string claims_of(const Answer& answer, TableStyle style, bool colour) {
  TextTable table({{.title = "claim"}, {.title = "held"}, {.title = "found"}});
  for (const Claim& claim : answer.claims) {
    table.add({{claim.what},
               {claim.held ? "yes" : "NO", claim.held ? Colour::good : Colour::bad},
               {claim.found}});
  }
  return table.render(style, colour, style == TableStyle::text ? 2 : 0) + "\n";
}

std::string render(const AnswerTable& table, TableStyle style, bool colour) {
  std::vector<TextTable::Column> columns;
  for (const std::string& title : table.columns)
    columns.push_back({title, columns.empty() ? Align::left : Align::right});
  TextTable text(std::move(columns));
  for (const std::vector<std::string>& row : table.rows) {
    std::vector<Cell> cells;
    for (const std::string& cell : row) cells.push_back({cell});
    text.add(std::move(cells));
  }
  return fmt::format("{} ({})\n{}{}\n", table.title, time_of(table.machine),
                     style == TableStyle::text ? "" : "\n",
                     text.render(style, colour, style == TableStyle::text ? 2 : 0));
}

// A command is on one line, however long, so that it can be copied.
std::string command(std::string_view label, std::string_view line, TableStyle style) {
  if (style == TableStyle::markdown) return fmt::format("**{}** `{}`\n\n", label, line);
  return fmt::format("{:<{}}{}\n", label, kLabelWidth, line);
}

std::string figures_of(const Answer& answer, const std::string& file, TableStyle style) {
  std::vector<std::string> names;
  for (const Chart& chart : answer.charts)
    names.push_back(fmt::format("figures/{}.svg", chart.name));
  return paragraph("Figure", fmt::format("{}", fmt::join(names, ", ")), style) +
         command("drawn by",
                 fmt::format("scripts/plot {} -o figures",
                             file.empty() ? "FILE (that of --raw)" : file),
                 style);
}

}  // namespace

std::string render(const Question& question, const Answer& answer,
                   const Circumstances& circumstances, TableStyle style, bool colour) {
  const auto said = [style](std::string_view label, std::string_view what) {
    return paragraph(label, what, style);
  };
  const std::string title = fmt::format("{}  {}", question.id, question.title);
  std::string text =
      style == TableStyle::markdown ? "# " + title : coloured(title, Colour::heading, colour);
  text += "\n\n" + said("Verdict", answer.verdict);
  if (!answer.stands()) {
    text += said("But", coloured("a claim that this rests on did not hold this time: see below.",
                                 Colour::bad, colour));
  }
  text += "\n" + effects_of(answer, style, colour);
  text += said("Holds", answer.holds_for) + said("Flips", answer.flips_where) + "\n";
  text += claims_of(answer, style, colour);
  for (const AnswerTable& table : answer.tables) text += render(table, style, colour);
  if (!question.background.empty()) text += said("Written", question.background);
  text += figures_of(answer, circumstances.figures_from, style);
  text += said("Sources", fmt::format("{}", fmt::join(question.sources, ", ")));
  text += command("Vary", question.vary, style) + said("Made by", circumstances.made_by);
  return text;
}

std::string render_list(std::span<const Question* const> questions, TableStyle style, bool colour) {
  TextTable table({{.title = "number"}, {.title = "question"}});
  for (const Question* question : questions)
    table.add({{std::string(question->id)}, {std::string(question->title)}});
  return table.render(style, colour);
}

}  // namespace loopsteal::questions
