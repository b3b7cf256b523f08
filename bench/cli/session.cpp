#include "bench/cli/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/measure/theory_beside.hpp"

namespace loopsteal {
namespace {

std::unique_ptr<RowWriter> make_writer(Format format, Output& output) {
  switch (format) {
    case Format::json:
      return make_json_writer(output);
    case Format::jsonl:
      return make_jsonl_writer(output);
    case Format::csv:
      return make_csv_writer(output);
    case Format::table:
    case Format::md:
      break;
  }
  return nullptr;
}

// A reader that has gone away wants to hear nothing.
void tell_of(const OutputError& error) {
  if (!error.closed()) tell("{}", error.what());
}

}  // namespace

int status_of_rows(std::span<const Row> rows) {
  const auto any = [rows](auto is) { return std::ranges::any_of(rows, is); };
  if (any([](const Row& row) { return !row.failed() && !row.answer_ok; })) return kExitNegative;
  if (any([](const Row& row) { return row.out_of_memory || row.no_progress || row.no_thread; }))
    return kExitEnvironment;
  return any([](const Row& row) { return row.failed(); }) ? kExitPartial : kExitOk;
}

Session::Session(Plan plan, const WorkloadCatalog& workloads, Epilogue epilogue)
    : plan_(std::move(plan)),
      workloads_(workloads),
      epilogue_(std::move(epilogue)),
      progress_(plan_.settings.progress, plan_.points.size() * plan_.campaign.repetitions) {
  // Before the outputs, so that a signal that comes while they are opened is not missed.
  interruption_.emplace([this] { close(); });
  stop_ = [this] { return interruption_->requested(); };
  try {
    open_outputs();
  } catch (...) {
    interruption_.reset();
    throw;
  }
}

Session::~Session() {
  // Its thread may be closing the outputs, so it ends before them.
  interruption_.reset();
}

void Session::open_outputs() {
  open(open_output(plan_.settings.output), plan_.settings.format);
  if (plan_.raw_path.empty()) return;
  const bool our_own_name = plan_.settings.raw.empty();
  open(our_own_name ? open_new_output(plan_.raw_path) : open_output(plan_.raw_path), Format::json);
}

void Session::open(std::unique_ptr<Output> output, Format format) {
  const std::lock_guard lock(mutex_);
  Sink sink{std::move(output), nullptr};
  sink.writer = make_writer(format, *sink.output);
  if (sink.writer) sink.writer->begin(plan_.context);
  sinks_.push_back(std::move(sink));
}

int Session::run() {
  const LastResort last_resort([this](const std::string& cause) { close_for_good(cause); });
  bool outputs_fine = true;
  try {
    outputs_fine = run_points();
  } catch (...) {
    progress_.clear();
    close();
    throw;
  }
  progress_.clear();
  if (!close()) outputs_fine = false;
  if (interruption_->requested()) return interruption_->exit_status();
  return outputs_fine ? status_of_rows(rows_) : static_cast<int>(kExitEnvironment);
}

// False if an output failed; that has been told.
bool Session::run_points() {
  try {
    run_campaign(
        plan_.points, plan_.campaign, [this](const Point& point) { return measure_one(point); },
        [this](Row row) { take(std::move(row)); }, stop_);
    return true;
  } catch (const OutputError& error) {
    progress_.clear();
    tell_of(error);
    if (failed_) offer_on_standard_output(*failed_);
    return false;
  }
}

std::string Session::kept_raw() const { return kept_raw_; }

Row Session::measure_one(const Point& point) {
  {
    const std::lock_guard lock(mutex_);
    under_way_ = point;
  }
  TraceFile trace{.path = plan_.trace_path};
  Row row = measure(point, workloads_, trace.path.empty() ? nullptr : &trace, stop_);
  add_theory(row, point, workloads_);
  if (trace.events_dropped > 0) {
    tell("The end of the run is missing from {}: {} events too many.", trace.path,
         trace.events_dropped);
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
  tell("FAILED {} (seed {}): {}", name_of(row), row.seed,
       row.failed() ? row.error : fmt::format("the answer {} is wrong.", row.answer));
}

bool Session::close() {
  const std::lock_guard lock(mutex_);
  return close_locked();
}

bool Session::close_locked() {
  if (closed_) return true;
  closed_ = true;
  const bool interrupted = interruption_ && interruption_->requested();
  bool fine = true;
  for (Sink& sink : sinks_) {
    const bool main = &sink == &sinks_.front();
    if (interrupted && rows_.empty() && sink.output->is_file()) {
      tell("Nothing had been measured: {} is as it was.", sink.output->path());
      sink.output.reset();
      continue;
    }
    const bool closed = close_sink(sink, main);
    if (closed && !main) kept_raw_ = sink.output->path();
    fine = closed && fine;
  }
  return fine;
}

bool Session::close_sink(Sink& sink, bool main) {
  try {
    if (sink.writer) sink.writer->end();
    if (!sink.writer && main) epilogue_(plan_, rows_, *sink.output);
    sink.output->commit();
    return true;
  } catch (const OutputError& error) {
    tell_of(error);
    offer_on_standard_output(sink);
    return false;
  }
}

void Session::close_for_good(const std::string& cause) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || closed_) return;  // Rows are being written by this very thread.
  if (under_way_) {
    const Point& point = *under_way_;
    Row row = row_for(point, workloads_.named(point.workload.name));
    row.error = cause;
    row.repetitions = plan_.campaign.repetitions;
    row.repetition_index = static_cast<std::uint32_t>(point.seed - plan_.campaign.seed);
    row.position = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back(row);
    for (Sink& sink : sinks_)
      if (sink.writer) sink.writer->row(row);
  }
  close_locked();
}

void Session::offer_on_standard_output(const Sink& failed) {
  if (rows_.empty() || failed.output->path() == "-") return;
  tell("What was measured follows on standard output.");
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
    tell_of(error);
  }
}

}  // namespace loopsteal
