// Where results go: a file that appears under its name only when it is whole, or standard output.
//
// Every write reaches the operating system before write() returns, so that nothing measured waits
// in a buffer when the disk is full, the reader is gone or the program is ended.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

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
  /// Throws OutputError.
  virtual void write(std::string_view text) = 0;
  /// What was written is whole: it takes its final name. Throws OutputError. Without it a file is
  /// left as NAME.part, to be read as far as it goes; one that nothing was written to is not left.
  virtual void commit() = 0;
};

/// Standard output; also for the path "-".
std::unique_ptr<Output> standard_output();

/// Writes to PATH.part and renames it to PATH in commit(). What is no plain file (a pipe, a device)
/// is written to as it is. Throws OutputError if it cannot be created.
std::unique_ptr<Output> open_output(const std::string& path);

}  // namespace loopsteal
