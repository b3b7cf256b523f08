// Rows as they are measured, in a format for programs: json (Google Benchmark's shape), jsonl, csv.
//
// Each row is written when it is there, on a line of its own, so that what was measured before an
// end that nobody planned can be read.
#pragma once

#include <memory>
#include <string_view>

#include "bench/measure/json.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// Calls come in the order begin, row…, end; each may throw OutputError. One thread at a time.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void begin(const Json& context) = 0;
  virtual void row(const Row& row) = 0;
  virtual void end() = 0;
};

/// {"context": {…}, "benchmarks": [row, …]}. `output` outlives the writer, here and below.
std::unique_ptr<RowWriter> make_json_writer(Output& output);

/// The context on the first line, as {"context": {…}}, then one row a line.
std::unique_ptr<RowWriter> make_jsonl_writer(Output& output);

/// The single values of a row (scalar_fields()) under a line of their names, in the quotes of
/// RFC 4180. What a row does not have is empty; the context is left out.
std::unique_ptr<RowWriter> make_csv_writer(Output& output);

}  // namespace loopsteal
