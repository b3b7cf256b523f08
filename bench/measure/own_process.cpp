#include "bench/measure/own_process.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace loopsteal {
namespace {

constexpr int kReturned = 0;
constexpr int kThrew = 1;
constexpr int kSpeechless = 2;  ///< What it has to say does not reach the parent.

class Pipe {
 public:
  Pipe() {
    if (pipe(ends_) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    close(ends_[0]);
    if (!sent_) close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool send(std::span<const char> bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = write(ends_[1], bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// All that is sent until the other process has ended.
  std::string receive() {
    close(ends_[1]);
    sent_ = true;
    std::string bytes;
    char buffer[4096];
    while (true) {
      const ssize_t got = read(ends_[0], buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return bytes;
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
  }

 private:
  int ends_[2];
  bool sent_ = false;
};

int run_and_tell(const std::function<std::vector<double>()>& work, const Pipe& pipe) noexcept {
  try {
    const std::vector<double> values = work();
    const auto bytes = std::as_bytes(std::span(values));
    return pipe.send({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) ? kReturned
                                                                                  : kSpeechless;
  } catch (const std::exception& error) {
    return pipe.send(std::string_view(error.what())) ? kThrew : kSpeechless;
  }
}

int await(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  return status;
}

}  // namespace

std::vector<double> in_own_process(const std::function<std::vector<double>()>& work) {
  Pipe pipe;
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  // _exit: what stands in this process's buffers is this process's to write.
  if (child == 0) _exit(run_and_tell(work, pipe));
  const std::string bytes = pipe.receive();
  const int status = await(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kThrew) throw std::runtime_error(bytes);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != kReturned) {
    throw std::runtime_error(
        WIFSIGNALED(status)
            ? fmt::format("A measuring process was ended by signal {}.", WTERMSIG(status))
            : "A measuring process could not say what it measured.");
  }
  std::vector<double> values(bytes.size() / sizeof(double));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

}  // namespace loopsteal
