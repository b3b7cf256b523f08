// Trace of a scripted program: a line for each thing that happens.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace loopsteal::script {

/// Writes lines of JSON, with keys in a fixed order and without blanks, to a function. Not
/// synchronised.
class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;

  explicit Trace(Sink sink) : sink_(std::move(sink)) {}

  /// `iteration` 0 means that there is none, and the line leaves it out.
  void line(std::uint64_t iteration, std::int64_t ticks, std::string_view task,
            std::string_view text);
  /// `error`: the exception that left the main task, or "deadlock".
  void end(std::uint64_t iterations, std::int64_t ticks, const std::optional<std::string>& error);
  /// The program did something at `place` that no program may do.
  void misuse(std::string_view place);

 private:
  Sink sink_;
};

}  // namespace loopsteal::script
