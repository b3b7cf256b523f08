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

/// The same with rows as they stand in the file, whichever program wrote them.
struct RawResults {
  Json context;
  std::vector<Json> rows;
  std::string flaw;
  bool of_checks = false;  ///< The rows are the checks of scripts/validate.
};

/// A file of JSON that has been read, and not yet parsed.
struct JsonFile {
  std::string path;
  std::string text;
};

/// Throws ResultsError if the file cannot be read, SpecError with the place if its lists and
/// objects are nested too deeply to be worked on.
JsonFile read_json_file(const std::string& path);

/// Results of json and jsonl files of schema loopsteal.run/1. Throws ResultsError if the file is of
/// another kind, or was cut off before its first whole row.
RawResults raw_results_of(const JsonFile& file);

/// The runs of such a file. Throws as read_json_file() and raw_results_of(), and ResultsError for
/// checks.
Results read_results(const std::string& path);

/// Row `index` of `path`, from 0. Throws ResultsError for what is no row of ours.
Row read_row(const Json& json, const std::string& path, std::size_t index);

}  // namespace loopsteal
