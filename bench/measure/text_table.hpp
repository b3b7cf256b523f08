// A table for people: columns as wide as they need to be, as plain text or as Markdown.
#pragma once

#include <string>
#include <vector>

namespace loopsteal {

enum class Align { left, right };
enum class TableStyle { text, markdown };
/// Never the only carrier of what it says: the words are there too.
enum class Colour { none, good, bad, faint, heading };

struct Cell {
  std::string text;
  Colour colour = Colour::none;
};

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns, or fewer: the rest is empty.
  void add(std::vector<Cell> cells);

  /// Lines that end in newlines, `indent` blanks in front of each. Colours only if `colour`.
  std::string render(TableStyle style, bool colour, std::size_t indent = 0) const;

 private:
  std::string render_line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                          TableStyle style, bool colour) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// `text` in the terminal's colour, or as it is.
std::string coloured(const std::string& text, Colour colour, bool on);

/// How many columns of a terminal `utf8` takes (code points; none of ours is wide).
std::size_t display_width(const std::string& utf8);

}  // namespace loopsteal
