// How far a campaign is, on standard error: one line that rewrites itself, or JSON lines.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace loopsteal {

/// How progress is shown. `automatic` is a line when standard error is a terminal, else nothing.
enum class ProgressMode { automatic, none, line, json };

/// One thread at a time. Errors of standard error are ignored: progress is no result.
class Progress {
 public:
  Progress(ProgressMode mode, std::size_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// `done` runs have ended; `name` is the one that ended last.
  void show(std::size_t done, std::string_view name);

  /// Takes the line away, before something else is written to the terminal.
  void clear();

 private:
  void show_line(std::size_t done, std::string_view name, double elapsed_s);
  void show_json(std::size_t done, std::string_view name, double elapsed_s);

  ProgressMode mode_;
  std::size_t total_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool on_screen_ = false;
};

/// "45 s", "3 min 20 s", "1 h 5 min": for people.
std::string print_seconds(double seconds);

}  // namespace loopsteal
