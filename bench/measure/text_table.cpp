#include "bench/measure/text_table.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace loopsteal {
namespace {

std::string escaped(const std::string& text, TableStyle style) {
  if (style == TableStyle::text) return text;
  std::string result;
  for (const char letter : text) {
    if (letter == '|') result.push_back('\\');
    result.push_back(letter == '\n' ? ' ' : letter);
  }
  return result;
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::good:
      return "\x1b[32m";
    case Colour::bad:
      return "\x1b[31m";
    case Colour::faint:
      return "\x1b[2m";
    case Colour::heading:
      return "\x1b[1m";
    case Colour::none:
      break;
  }
  return "";
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string coloured(const std::string& text, Colour colour, bool on) {
  if (!on || colour == Colour::none || text.empty()) return text;
  return std::string(code_of(colour)) + text + "\x1b[0m";
}

std::size_t display_width(const std::string& utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

void TextTable::add(std::vector<Cell> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::render(TableStyle style, bool colour, std::size_t indent) const {
  std::vector<Cell> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.push_back({column.title, Colour::heading});
    widths.push_back(std::max<std::size_t>(display_width(column.title), 3));
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(escaped(row[i].text, style)));
    }
  }
  const std::string margin(indent, ' ');
  std::string text = margin + render_line(titles, widths, style, colour) + "\n";
  if (style == TableStyle::markdown) {
    text += margin + "|";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool left = columns_[i].align == Align::left;
      text += fmt::format(" {:-<{}}{} |", "", widths[i] - (left ? 0 : 1), left ? "" : ":");
    }
    text += "\n";
  }
  for (const auto& row : rows_) text += margin + render_line(row, widths, style, colour) + "\n";
  return text;
}

std::string TextTable::render_line(const std::vector<Cell>& cells,
                                   const std::vector<std::size_t>& widths, TableStyle style,
                                   bool colour) const {
  const bool markdown = style == TableStyle::markdown;
  std::string line = markdown ? "|" : "";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = escaped(cells[i].text, style);
    const std::string blanks(widths[i] - std::min(widths[i], display_width(text)), ' ');
    const std::string shown = coloured(text, cells[i].colour, colour && !markdown);
    const std::string cell = columns_[i].align == Align::left ? shown + blanks : blanks + shown;
    if (!markdown && i > 0) line += "  ";
    line += markdown ? fmt::format(" {} |", cell) : cell;
  }
  return without_trailing_blanks(std::move(line));
}

}  // namespace loopsteal
