// A reference runtime in another process, which runs programs on request and returns their times.
// scripts/originals/README.md has the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/calibrate/originals/target.hpp"

namespace loopsteal {

/// Request to a reference runtime.
struct OriginalRun {
  std::string program;
  std::vector<std::pair<std::string, std::uint64_t>> settings = {};
  /// In ns: for requests the arrival and the work, for timers the deadline and 0.
  std::vector<std::pair<std::int64_t, std::int64_t>> items = {};
  WorkerId workers = 1;

  [[nodiscard]] std::uint64_t setting(std::string_view key) const;
  /// "yields tasks=64 times=500, 1 worker".
  [[nodiscard]] std::string name() const;
};

/// Text for a server: a line, and one for each item.
[[nodiscard]] std::string request_of(const OriginalRun& run);

struct OriginalAnswer {
  double makespan_ns = 0;
  double cpu_ns = 0;  ///< Of all threads.
  std::optional<double> p50_ns = {};
  std::optional<double> p99_ns = {};
};

/// Reads a server's answer. Throws std::runtime_error if it is not an answer, or says that the run
/// failed.
[[nodiscard]] OriginalAnswer parse_answer(std::string_view line);

/// Reads a server's answer to "version". Throws std::runtime_error if it has none.
[[nodiscard]] std::string parse_version(std::string_view line);

class OriginalServer {
 public:
  /// Starts it; Tokio's is built first, which may take a minute. Throws std::runtime_error if it
  /// does not answer, or is another version; the reason is on standard error.
  explicit OriginalServer(const OriginalTarget& target);
  OriginalServer(const OriginalServer&) = delete;
  OriginalServer& operator=(const OriginalServer&) = delete;
  ~OriginalServer();

  /// "CPython 3.11.2".
  [[nodiscard]] const std::string& version() const noexcept { return version_; }

  /// Throws std::runtime_error if it has ended or the run failed.
  OriginalAnswer run(const OriginalRun& run);

 private:
  std::string ask(std::string_view request);
  void stop() noexcept;

  std::string name_;
  std::string version_;
  int socket_ = -1;
  int process_ = -1;
  std::string unread_;
};

}  // namespace loopsteal
