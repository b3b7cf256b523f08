// Where results go: a file that appears under its name only when it is whole, or standard output.
//
// Every write reaches the operating system before write() returns, so that nothing measured waits
// in a buffer when the disk is full, the reader is gone or the program is ended.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/measure/unfinished_file.hpp"

namespace loopsteal {

/// Results could not be written. `closed` when the reader of a pipe has gone away: nobody is left
/// to be told of it.
class OutputError : public std::runtime_error {
 public:
  OutputError(const std::string& what, bool closed) : std::runtime_error(what), closed_(closed) {}
  bool closed() const noexcept { return closed_; }

 private:
  bool closed_;
};

/// One thread at a time.
class Output {
 public:
  virtual ~Output() = default;
  /// Throws OutputError. A file whose write fails stays under its temporary name, which the error
  /// says, to be read as far as it goes.
  virtual void write(std::string_view text) = 0;
  /// What was written is whole: it takes its final name. Throws OutputError. An output that is
  /// destroyed without it leaves an earlier file of its name as it was, and nothing of its own.
  virtual void commit() = 0;
  /// The name that it has after commit(); "-" for standard output.
  [[nodiscard]] virtual std::string path() const { return "-"; }
  /// False for what cannot be taken back: standard output, a pipe, a device.
  [[nodiscard]] virtual bool is_file() const { return false; }
};

/// Standard output; also for the path "-".
std::unique_ptr<Output> standard_output();

/// Writes under a temporary name and renames it to PATH in commit(): see unfinished_file.hpp. What
/// is no plain file (a pipe, a device) is written to as it is. Throws OutputError if it cannot be
/// created, or if it has a writer and `writers` allows one.
std::unique_ptr<Output> open_output(const std::string& path, Writers writers = Writers::one);

/// The same under the first of PATH, PATH-2, PATH-3 … (the number stands before the ending) that
/// neither exists nor is being written: for names that the program chooses itself.
std::unique_ptr<Output> open_new_output(const std::string& path);

}  // namespace loopsteal
