// Reads back what row_writer wrote, and as much as there is of what was cut off.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// A results file that holds nothing that could be used. The message names the file and, where
/// there is one, the place.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Results {
  Json context;
  std::vector<Row> rows;
  /// Empty for a whole file; else what is wrong with it, as a sentence. `rows` are then the whole
  /// rows before the damage.
  std::string flaw;
};

/// The same with rows as they stand in the file, whoever wrote them.
struct RawResults {
  Json context;
  std::vector<Json> rows;
  std::string flaw;
};

/// The text of a file of JSON. Throws ResultsError if it cannot be read, SpecError with the place
/// if its lists and objects are nested too deeply to be worked on.
std::string read_json_text(const std::string& path);

/// Reads json and jsonl files of schema loopsteal.run/1. Throws as read_json_text(), and
/// ResultsError if the file is of another kind, or was cut off before its first whole row.
Results read_results(const std::string& path);
RawResults read_raw_results(const std::string& path);

/// Row `index` of `path`, from 0. Throws ResultsError for what is no row of ours.
Row read_row(const Json& json, const std::string& path, std::size_t index);

}  // namespace loopsteal
