// An input file of a report, with any kind of results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// One start of loopsteal or of a peer, as scripts/peers/run writes it.
struct PeerRow {
  std::string work = {};
  std::string operation = {};  ///< Meaning of one operation.
  std::string peer = {};       ///< "loopsteal" for our own.
  std::uint32_t workers = 1;
  std::int64_t round = 0;
  std::optional<double> ns_per_op = {};
  std::optional<double> at_most = {};  ///< The target: our time divided by theirs.
  std::string never_ends = {};         ///< In our rows: why the peer never ends, and so has no row.
  std::string other_peer = {};         ///< Name of that peer.
  std::string error = {};
};

struct ReportSource {
  enum class Kind {
    results,  ///< Of run, compare, sweep.
    peers,    ///< loopsteal compared with peers, by scripts/peers/run.
    checks    ///< The simulator compared with exact answers, by scripts/validate.
  };

  std::string file = {};  ///< Its name without the folder, since reports are passed on.
  Kind kind = Kind::results;
  Json context = {};
  std::vector<Json> raw = {};       ///< Rows, or checks, as they are in the file.
  std::vector<Row> rows = {};       ///< The rows of Kind::results, parsed.
  std::vector<PeerRow> peers = {};  ///< The rows of Kind::peers, parsed.
  std::string flaw = {};            ///< See Results::flaw.

  [[nodiscard]] bool is_virtual() const {
    return context.contains("time") && context["time"] == "virtual";
  }
};

/// Whether the file begins as a timeline does.
bool looks_like_a_timeline(const JsonFile& file);

/// Throws ResultsError, which names the file and what is wrong with it.
ReportSource read_report_source(const JsonFile& file);

/// Name of the file for a reader: "full.json" of "results/raw/full.json".
std::string file_name(const std::string& path);

}  // namespace loopsteal
