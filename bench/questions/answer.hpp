// Answer to a question: a verdict, the numbers behind it, and claims that a reader can check.
#pragma once

#include <string>
#include <vector>

#include "bench/questions/evidence.hpp"

namespace loopsteal::questions {

/// Unit of a number, for printing.
enum class Unit { none, time, share, factor, count };

/// A number of the verdict.
struct Effect {
  std::string what;
  Estimate estimate;
  Unit unit = Unit::none;
  std::string machine = "sim";  ///< "sim", "threads", or "theory".
};

/// A statement that the answer rests on, made before the run, and whether it held this time.
struct Claim {
  std::string what;
  bool held = false;
  std::string found;  ///< The numbers that show it.
};

struct CurvePoint {
  double x = 0;
  Estimate y;
};
struct Curve {
  std::string name;
  std::vector<CurvePoint> points;
  bool theory = false;
};

enum class ChartKind { lines, bars };

/// A figure: curves of one machine. For bars, `x` is an index into `groups`.
struct Chart {
  std::string name;  ///< Of its file.
  std::string title;
  std::string machine = "sim";
  ChartKind kind = ChartKind::lines;
  std::string x_label;
  Unit x_unit = Unit::none;
  std::string y_label;
  Unit y_unit = Unit::none;
  bool log_x = false;
  bool log_y = false;
  std::vector<std::string> groups = {};
  std::vector<Curve> curves = {};
};

struct AnswerTable {
  std::string title;
  std::string machine = "sim";
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct Answer {
  std::string verdict;  ///< One sentence.
  std::vector<Effect> effects;
  std::string holds_for;    ///< The range for which the verdict holds.
  std::string flips_where;  ///< Where it no longer holds.
  std::vector<Claim> claims;
  std::vector<AnswerTable> tables;
  std::vector<Chart> charts;

  /// True if all claims held.
  [[nodiscard]] bool stands() const;
};

}  // namespace loopsteal::questions
