// Results of Google Benchmark on their way to a file or to standard output.
//
// Google Benchmark writes its file in place through a buffer: a full disk, a signal or a second
// writer would leave half a file under the final name. ResultsReporter gets the text that Google
// Benchmark's own reporter makes and writes it as every other output of this project is written.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/measure/output.hpp"

namespace loopsteal {

/// The formats of Google Benchmark: json, csv, console.
std::unique_ptr<benchmark::BenchmarkReporter> make_google_reporter(std::string_view format);

/// All members but close_now(): the thread that runs the benchmarks.
class ResultsReporter : public benchmark::BenchmarkReporter {
 public:
  ResultsReporter(std::unique_ptr<benchmark::BenchmarkReporter> format,
                  std::unique_ptr<Output> output);

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// The results are whole: the file takes its name.
  void Finalize() override;

  /// Ends the document after the last whole group of runs and gives the file its name. Without a
  /// group it leaves an earlier file of that name as it was. For a program that ends while a
  /// benchmark runs; any thread, any number of times.
  void close_now() noexcept;

  /// Why the results could not be written, if they could not. Google Benchmark knows no errors of a
  /// reporter, so the benchmarks run to their end.
  [[nodiscard]] const std::optional<OutputError>& failure() const noexcept { return failure_; }

 private:
  void pass_on();  ///< Writes what `format_` has made since the last time. Under mutex_.
  template <class Action>
  void try_to(Action action) noexcept;

  std::unique_ptr<benchmark::BenchmarkReporter> format_;
  std::unique_ptr<Output> output_;
  std::ostringstream text_;  ///< Where `format_` writes.
  bool is_json_;
  std::mutex mutex_;  ///< Of what follows, and of output_.
  bool has_runs_ = false;
  bool closed_ = false;
  std::optional<OutputError> failure_;
};

}  // namespace loopsteal
