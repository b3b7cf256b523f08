#include "bench/measure/progress.hpp"

#include <cmath>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/measure/json.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

Progress::Progress(ProgressMode mode, std::size_t total) : mode_(mode), total_(total) {
  if (mode_ != ProgressMode::automatic) return;
  mode_ = isatty(STDERR_FILENO) == 1 ? ProgressMode::line : ProgressMode::none;
}

void Progress::show(std::size_t done, std::string_view name) {
  if (mode_ == ProgressMode::none) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  if (mode_ == ProgressMode::line) {
    show_line(done, name, elapsed.count());
  } else {
    show_json(done, name, elapsed.count());
  }
}

void Progress::show_line(std::size_t done, std::string_view name, double elapsed_s) {
  std::string line = fmt::format("{}/{}", done, total_);
  if (done > 0 && elapsed_s > 0) {
    const double rate = static_cast<double>(done) / elapsed_s;
    line += fmt::format("  {:.1f} runs/s  {} left", rate,
                        print_seconds(static_cast<double>(total_ - done) / rate));
  }
  line += fmt::format("  {}", name);
  const std::size_t columns = terminal_columns();
  if (line.size() >= columns) line.resize(columns - 1);  // A full line would wrap.
  write_to_stderr("\r\x1b[K" + line);
  on_screen_ = true;
}

void Progress::show_json(std::size_t done, std::string_view name, double elapsed_s) {
  Json json{{"done", done}, {"total", total_}};
  set_finite(json, "elapsed_s", elapsed_s);
  if (done > 0) {
    set_finite(json, "left_s",
               elapsed_s / static_cast<double>(done) * static_cast<double>(total_ - done));
  }
  json["name"] = name;
  write_to_stderr(to_line(json) + "\n");
}

void Progress::clear() {
  if (!on_screen_) return;
  write_to_stderr("\r\x1b[K");
  on_screen_ = false;
}

std::string print_seconds(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::lround(std::max(0.0, seconds)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace loopsteal
