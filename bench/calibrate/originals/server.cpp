#include "bench/calibrate/originals/server.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/measure/json.hpp"
#include "bench/measure/numbers.hpp"
#include "sched/core/assert.hpp"

namespace loopsteal {
namespace {

// The programs of the originals are no part of an installation: they need a checkout.
std::string start_script() {
  const char* const folder = std::getenv("LOOPSTEAL_ORIGINALS");
  const std::string path =
      std::string(folder == nullptr ? LOOPSTEAL_ORIGINALS_FOLDER : folder) + "/start";
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(
        fmt::format("{} is not there: the originals are run from a checkout, so set "
                    "LOOPSTEAL_ORIGINALS to the scripts/originals of one.",
                    path));
  }
  return path;
}

/// In a process group of its own, so that Ctrl-C is ours to handle.
int spawn_with(const std::string& script, std::string_view target, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string path = script;
  std::string name(target);
  std::array<char*, 3> words = {path.data(), name.data(), nullptr};
  pid_t process = -1;
  const int error =
      posix_spawn(&process, path.c_str(), &actions, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw std::runtime_error(fmt::format("Cannot start {}: {}.", path, std::strerror(error)));
  return process;
}

}  // namespace

std::uint64_t OriginalRun::setting(std::string_view key) const {
  for (const auto& [name, value] : settings)
    if (name == key) return value;
  LOOPSTEAL_CHECK(false, "a setting that the program of an original does not have");
  return 0;
}

std::string OriginalRun::name() const {
  std::string text = program;
  for (const auto& [key, value] : settings) text += fmt::format(" {}={}", key, value);
  return fmt::format("{}, {}", text, counted(workers, "worker"));
}

std::string request_of(const OriginalRun& run) {
  std::string text = fmt::format("{} workers={}", run.program, run.workers);
  for (const auto& [key, value] : run.settings) text += fmt::format(" {}={}", key, value);
  if (!run.items.empty()) text += fmt::format(" items={}", run.items.size());
  text += '\n';
  for (const auto& [first, second] : run.items) text += fmt::format("{} {}\n", first, second);
  return text;
}

OriginalAnswer parse_answer(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) throw std::runtime_error(fmt::format("\"{}\" is no answer.", line));
  if (const auto error = json.find("error"); error != json.end()) {
    const std::string what = error->is_string() ? error->get<std::string>() : to_line(*error);
    throw std::runtime_error("The original failed: " + what + ".");
  }
  const auto number = [&json](const char* key) -> std::optional<double> {
    if (!json.contains(key) || !json[key].is_number()) return std::nullopt;
    return json[key].get<double>();
  };
  const std::optional<double> makespan = number("makespan_ns");
  if (!makespan || *makespan <= 0)
    throw std::runtime_error(fmt::format("The answer \"{}\" has no makespan.", line));
  return {*makespan, number("cpu_ns").value_or(0), number("p50_ns"), number("p99_ns")};
}

std::string parse_version(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("version") || !json["version"].is_string())
    throw std::runtime_error(fmt::format("\"{}\" names no version.", line));
  return json["version"].get<std::string>();
}

OriginalServer::OriginalServer(const OriginalTarget& target) : name_(target.name) {
  const std::string script = start_script();
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::runtime_error(fmt::format("No pipe to {}: {}.", name_, std::strerror(errno)));
  socket_ = ends[0];
  try {
    process_ = spawn_with(script, target.name, ends[1]);
    close(ends[1]);
    version_ = parse_version(ask("version workers=1\n"));
    if (!version_.starts_with(target.version)) {
      throw std::runtime_error(
          fmt::format("{} is asked for, and this is {}.", target.name, version_));
    }
  } catch (...) {
    stop();
    throw;
  }
}

OriginalServer::~OriginalServer() { stop(); }

void OriginalServer::stop() noexcept {
  if (socket_ >= 0) close(socket_);  // At the end of its input it ends.
  socket_ = -1;
  if (process_ > 0) waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string OriginalServer::ask(std::string_view request) {
  const auto gone = [this] {
    return std::runtime_error(fmt::format("{} does not run here, or has ended.", name_));
  };
  while (!request.empty()) {
    const ssize_t sent = send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw gone();
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos) {
    std::array<char, 4096> buffer;
    const ssize_t got = recv(socket_, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw gone();
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

OriginalAnswer OriginalServer::run(const OriginalRun& run) {
  try {
    return parse_answer(ask(request_of(run)));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{} on {}: {}", run.name(), name_, error.what()));
  }
}

}  // namespace loopsteal
