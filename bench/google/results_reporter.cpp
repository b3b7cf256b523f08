#include "bench/google/results_reporter.hpp"

#include <utility>

namespace loopsteal {

std::unique_ptr<benchmark::BenchmarkReporter> make_google_reporter(std::string_view format) {
  if (format == "console")
    return std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_None);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Deprecated since 1.5 and still the only maker of --benchmark_format=csv.
  if (format == "csv") return std::make_unique<benchmark::CSVReporter>();
#pragma GCC diagnostic pop
  return std::make_unique<benchmark::JSONReporter>();
}

ResultsReporter::ResultsReporter(std::unique_ptr<benchmark::BenchmarkReporter> format,
                                 std::unique_ptr<Output> output)
    : format_(std::move(format)),
      output_(std::move(output)),
      is_json_(dynamic_cast<benchmark::JSONReporter*>(format_.get()) != nullptr) {
  format_->SetOutputStream(&text_);
  format_->SetErrorStream(&GetErrorStream());
}

template <class Action>
void ResultsReporter::try_to(Action action) noexcept {
  try {
    if (!failure_ && !closed_) action();
  } catch (const OutputError& error) {
    failure_ = error;
  } catch (const std::exception& error) {
    failure_.emplace(error.what(), false);
  }
}

void ResultsReporter::pass_on() {
  output_->write(text_.view());
  text_.str({});
}

bool ResultsReporter::ReportContext(const Context& context) {
  const std::lock_guard lock(mutex_);
  const bool goes_on = format_->ReportContext(context);
  try_to([&] { pass_on(); });
  return goes_on;
}

void ResultsReporter::ReportRuns(const std::vector<Run>& runs) {
  const std::lock_guard lock(mutex_);
  format_->ReportRuns(runs);
  try_to([&] {
    pass_on();
    has_runs_ = true;
  });
}

void ResultsReporter::Finalize() {
  const std::lock_guard lock(mutex_);
  format_->Finalize();
  try_to([&] {
    pass_on();
    output_->commit();
    closed_ = true;
  });
}

void ResultsReporter::close_now() noexcept {
  const std::lock_guard lock(mutex_);
  try_to([&] {
    if (!has_runs_) return;
    // As JSONReporter::Finalize() ends a document.
    if (is_json_) output_->write("\n  ]\n}\n");
    output_->commit();
    closed_ = true;
  });
}

}  // namespace loopsteal
