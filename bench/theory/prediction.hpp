// What theory says of a pool before it is run.
#pragma once

#include <optional>
#include <string>

namespace loopsteal::theory {

/// Times in units of the mean service time. What is not known, or not finite, is absent.
struct Prediction {
  std::string name;  ///< The model: "M/M/16", "M/G/1 FIFO", "gated M/M/1".
  std::optional<double> wait_mean;
  std::optional<double> sojourn_mean;
  std::optional<double> sojourn_p50;
  std::optional<double> sojourn_p99;
  std::optional<double> probability_of_wait;
  bool exact = false;  ///< False: an approximation, or the limit for very many workers.
  std::string note;    ///< What to keep in mind, a sentence without its full stop; may be empty.
};

}  // namespace loopsteal::theory
