// Tools for judging: claims, effects and curves from evidence, as text for people.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/questions/answer.hpp"
#include "bench/questions/bound.hpp"
#include "bench/questions/evidence.hpp"

namespace loopsteal::questions {

/// A scheduler under the question's name for it.
struct Side {
  std::string_view name;
  std::string_view scheduler;
};

/// "1.85x", "4.9 ms", "97 %".
[[nodiscard]] std::string text_of(double value, Unit unit);
/// "1.85x [1.80, 1.90]".
[[nodiscard]] std::string text_of(const Estimate& estimate, Unit unit);

/// Unit of a metric; all metrics are times, except counts and ratios.
[[nodiscard]] Unit unit_of(std::string_view metric);

/// The metric along a series, with the name for the figure.
[[nodiscard]] Curve curve_of(const Evidence& evidence, std::string_view series,
                             std::string_view metric, std::string name = {});
/// Prediction of theory along a series, at the places that have one.
[[nodiscard]] Curve theory_of(const Evidence& evidence, std::string_view series,
                              std::string_view metric, std::string name);

/// Middle values along a series, for crossings.
[[nodiscard]] std::vector<double> middles_of(const Evidence& evidence, std::string_view series,
                                             std::string_view metric);

/// Ratio of one series to the other at their common places.
[[nodiscard]] Curve ratio_curve(const Evidence& evidence, std::string_view one,
                                std::string_view other, std::string_view metric, std::string name);

/// The curves of all sides; `suffix` is what the names of their series have behind them.
void add_curves(Chart& chart, const Evidence& evidence, std::span<const Side> sides,
                std::string_view metric, std::string_view suffix = {});
[[nodiscard]] std::vector<std::string> series_of(std::span<const Side> sides,
                                                 std::string_view suffix = {});

/// A table of one metric: a line per place, a column per series.
[[nodiscard]] AnswerTable table_of(const Evidence& evidence, std::string title,
                                   std::string_view place_title, Unit place_unit,
                                   const std::vector<std::string>& series, std::string_view metric);

}  // namespace loopsteal::questions
