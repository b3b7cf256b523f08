// What asyncio's functions throw besides Cancelled (cancel.hpp), which is its CancelledError.
#pragma once
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace loopsteal::asyncio {

/// The time of a timeout() or wait_for() was up.
class TimeoutError : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return ""; }  // As CPython's.
};

/// A future was asked for what it has not, or given a second result.
class InvalidStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What escaped the tasks of a TaskGroup, in the order in which they ended (PEP 654).
class ExceptionGroup : public std::exception {
 public:
  ExceptionGroup(const std::string& message, std::vector<std::exception_ptr> errors)
      : errors_(std::move(errors)),
        text_(message + " (" + std::to_string(errors_.size()) + " sub-exception" +
              (errors_.size() == 1 ? ")" : "s)")) {}

  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const std::vector<std::exception_ptr>& errors() const noexcept { return errors_; }

 private:
  std::vector<std::exception_ptr> errors_;
  std::string text_;
};

}  // namespace loopsteal::asyncio
