#include "bench/cli/session.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/measure.hpp"

namespace loopsteal {
namespace {

std::unique_ptr<RowWriter> make_writer(Format format, Output& output) {
  switch (format) {
    case Format::json: return make_json_writer(output);
    case Format::jsonl: return make_jsonl_writer(output);
    case Format::csv: return make_csv_writer(output);
    case Format::table:
    case Format::md: break;
  }
  return nullptr;
}

// A reader that has gone away wants to hear nothing.
void tell(const OutputError& error) {
  if (!error.closed()) fmt::print(stderr, "loopsteal: {}\n", error.what());
}

}  // namespace

Session::Session(Plan plan, const WorkloadCatalog& workloads, Epilogue epilogue)
    : plan_(std::move(plan)),
      workloads_(workloads),
      epilogue_(std::move(epilogue)),
      progress_(plan_.settings.progress, plan_.points.size() * plan_.campaign.repetitions) {
  open(plan_.settings.output, plan_.settings.format);
  if (!plan_.raw_path.empty()) open(plan_.raw_path, Format::json);
}

Session::~Session() = default;

void Session::open(const std::string& path, Format format) {
  Sink sink{path, open_output(path), nullptr};
  sink.writer = make_writer(format, *sink.output);
  if (sink.writer) sink.writer->begin(plan_.context);
  sinks_.push_back(std::move(sink));
}

int Session::run() {
  Interruption interruption([this] { close(); });
  stop_ = [&interruption] { return interruption.requested(); };
  bool outputs_fine = true;
  try {
    run_campaign(
        plan_.points, plan_.campaign,
        [this](const Point& point) { return measure_one(point); },
        [this](Row row) { take(std::move(row)); }, stop_);
  } catch (const OutputError& error) {
    progress_.clear();
    tell(error);
    if (failed_) offer_on_standard_output(*failed_);
    outputs_fine = false;
  }
  progress_.clear();
  if (!close()) outputs_fine = false;
  if (interruption.requested()) return interruption.exit_status();
  return outputs_fine ? status_of_rows() : static_cast<int>(kExitEnvironment);
}

Row Session::measure_one(const Point& point) {
  if (plan_.trace_path.empty()) return measure(point, workloads_, nullptr, stop_);
  TraceFile trace{.path = plan_.trace_path};
  Row row = measure(point, workloads_, &trace);
  if (trace.events_dropped > 0) {
    fmt::print(stderr, "loopsteal: The end of the run is missing from {}: {} events too many.\n",
               trace.path, trace.events_dropped);
  }
  return row;
}

void Session::take(Row row) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  rows_.push_back(std::move(row));
  const Row& kept = rows_.back();
  tell_failure(kept);
  for (Sink& sink : sinks_) {
    if (!sink.writer) continue;
    try {
      sink.writer->row(kept);
    } catch (const OutputError&) {
      // What it holds ends in the middle of a row: nothing more may be written to it.
      failed_ = std::move(sink);
      std::erase_if(sinks_, [](const Sink& other) { return other.output == nullptr; });
      throw;
    }
  }
  progress_.show(rows_.size(), name_of(kept));
}

void Session::tell_failure(const Row& row) {
  if (!row.failed() && row.answer_ok) return;
  progress_.clear();
  fmt::print(stderr, "loopsteal: FAILED {} (seed {}): {}\n", name_of(row), row.seed,
             row.failed() ? row.error : fmt::format("the answer {} is wrong.", row.answer));
}

bool Session::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return true;
  closed_ = true;
  bool fine = true;
  for (Sink& sink : sinks_) fine = close_sink(sink, &sink == &sinks_.front()) && fine;
  return fine;
}

bool Session::close_sink(Sink& sink, bool main) {
  try {
    if (sink.writer) sink.writer->end();
    if (!sink.writer && main) epilogue_(plan_, rows_, *sink.output);
    sink.output->commit();
    return true;
  } catch (const OutputError& error) {
    tell(error);
    offer_on_standard_output(sink);
    return false;
  }
}

void Session::offer_on_standard_output(const Sink& failed) {
  if (rows_.empty() || failed.path == "-") return;
  fmt::print(stderr, "loopsteal: What was measured follows on standard output.\n");
  try {
    const std::unique_ptr<Output> output = standard_output();
    if (failed.writer) {
      const std::unique_ptr<RowWriter> writer = make_jsonl_writer(*output);
      writer->begin(plan_.context);
      for (const Row& row : rows_) writer->row(row);
      writer->end();
    } else {
      epilogue_(plan_, rows_, *output);
    }
  } catch (const OutputError& error) {
    tell(error);
  }
}

int Session::status_of_rows() const {
  bool wrong = false;
  bool failed = false;
  bool no_thread = false;
  for (const Row& row : rows_) {
    no_thread = no_thread || row.no_thread;
    failed = failed || row.failed();
    wrong = wrong || (!row.failed() && !row.answer_ok);
  }
  if (wrong) return kExitNegative;
  if (no_thread) return kExitEnvironment;
  return failed ? kExitPartial : kExitOk;
}

}  // namespace loopsteal
