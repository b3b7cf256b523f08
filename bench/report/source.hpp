// A file that a report is made from, whatever kind of results it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// One start of ours or of a peer, as scripts/peers/run writes it.
struct PeerRow {
  std::string work = {};
  std::string operation = {};  ///< What one of them is.
  std::string peer = {};       ///< "loopsteal": ours.
  std::uint32_t workers = 1;
  std::int64_t round = 0;
  std::optional<double> ns_per_op = {};
  std::optional<double> at_most = {};  ///< The aim: ours over theirs.
  std::string never_ends = {};         ///< Of ours: why the peer has no end of it, and so no row.
  std::string other_peer = {};         ///< That peer.
  std::string error = {};
};

struct ReportSource {
  enum class Kind {
    results,  ///< Of run, compare, sweep.
    peers,    ///< Ours beside other runtimes, by scripts/peers/run.
    checks    ///< The simulator beside exact answers, by scripts/validate.
  };

  std::string file = {};  ///< Its name without the folder: a report is passed on.
  Kind kind = Kind::results;
  Json context = {};
  std::vector<Json> raw = {};       ///< Rows, or checks, as they stand in the file.
  std::vector<Row> rows = {};       ///< The same of Kind::results, read.
  std::vector<PeerRow> peers = {};  ///< The same of Kind::peers.
  std::string flaw = {};            ///< See Results::flaw.

  [[nodiscard]] bool is_virtual() const {
    return context.contains("time") && context["time"] == "virtual";
  }
};

/// Whether the file begins as a timeline does.
bool looks_like_a_timeline(const JsonFile& file);

/// Throws ResultsError, which names the file and what is wrong with it.
ReportSource read_report_source(const JsonFile& file);

/// What a reader calls the file: "full.json" of "results/raw/full.json".
std::string file_name(const std::string& path);

}  // namespace loopsteal
