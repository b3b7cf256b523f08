// Measuring many points into results: the outputs, the campaign, and an orderly end of any kind.
//
// Used by `run` and `compare`. However it ends (all done, a full disk, a closed pipe, Ctrl-C), the
// rows measured so far are kept: they are written as they come, and closed once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/cli/settings.hpp"
#include "bench/measure/campaign.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/progress.hpp"
#include "bench/measure/row_writer.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// What a session is about, settled before anything runs.
struct Plan {
  std::vector<Point> points;
  CampaignOptions campaign;
  Settings settings;
  /// "": no raw file next to the output. With settings.raw empty it is a name of our own choice,
  /// and gets a number if it is taken.
  std::string raw_path;
  Json context;
  std::string trace_path;                   ///< "": no timeline.
  std::vector<std::string> forecasts = {};  ///< How long virtual runs have to be; to be told.
};

/// 0 if all rows ended with the right answer; else the exit status of the worst: kExitNegative for
/// a wrong answer, kExitEnvironment if memory ran out, kExitPartial for another failure.
int status_of_rows(std::span<const Row> rows);

class Session {
 public:
  /// Writes what is for people (a table) to the main output, from the rows there are. Called once,
  /// at the end, however it comes; on an interruption from another thread. May throw OutputError.
  using Epilogue = std::function<void(const Plan&, std::span<const Row>, Output&)>;

  /// Opens the outputs and writes their heads. Throws OutputError when one cannot be written: then
  /// nothing has been measured yet. `workloads` outlives the session.
  Session(Plan plan, const WorkloadCatalog& workloads, Epilogue epilogue);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Runs the campaign to its end, or to an interruption or a failure of an output. Once. Returns
  /// the exit status; errors have been told on standard error. After another exception what was
  /// measured is kept, too.
  int run();

  /// The raw file, once it is whole; "" if there is none.
  [[nodiscard]] std::string kept_raw() const;

 private:
  /// An output and the writer of rows upon it; without a writer only the epilogue writes to it.
  struct Sink {
    std::unique_ptr<Output> output;
    std::unique_ptr<RowWriter> writer;
  };

  void open_outputs();
  void open(std::unique_ptr<Output> output, Format format);
  bool run_points();
  Row measure_one(const Point& point);
  void take(Row row);
  void tell_failure(const Row& row);
  /// Ends all outputs, once. False if one of them failed; that has then been told.
  bool close();
  bool close_locked();
  bool close_sink(Sink& sink, bool main);
  /// The program ends here: the point under way becomes a failed row, and the outputs are closed.
  void close_for_good(const std::string& cause);
  void offer_on_standard_output(const Sink& failed);

  const Plan plan_;
  const WorkloadCatalog& workloads_;
  const Epilogue epilogue_;
  std::optional<Interruption> interruption_;
  Progress progress_;
  std::function<bool()> stop_;

  std::mutex mutex_;         // Guards what follows, against the thread that ends an interrupted
  std::vector<Sink> sinks_;  // program. The main output comes first.
  std::vector<Row> rows_;
  std::optional<Point> under_way_;
  std::optional<Sink> failed_;
  std::string kept_raw_;
  bool closed_ = false;
};

}  // namespace loopsteal
