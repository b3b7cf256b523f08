// What a scripted program tells of itself: a line for each thing that happens.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace loopsteal::script {

/// Writes lines of JSON, keys in a fixed order and without blanks, to a function. Not synchronised.
class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;

  explicit Trace(Sink sink) : sink_(std::move(sink)) {}

  /// `iteration` 0: there is none, and the line does not name one.
  void line(std::uint64_t iteration, std::int64_t ticks, std::string_view task,
            std::string_view text);
  /// `error`: what left the main task, or that it waits for ever.
  void end(std::uint64_t iterations, std::int64_t ticks, const std::optional<std::string>& error);
  /// The program did at `place` what no program may.
  void misuse(std::string_view place);

 private:
  Sink sink_;
};

}  // namespace loopsteal::script
