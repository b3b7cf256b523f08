#include "tests/fuzz/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/program.hpp"
#include "bench/measure/manifest.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_files.hpp"

// Where Clang counts which branches were taken. Absent in other builds.
extern "C" {
[[gnu::weak]] extern std::uint8_t __start___sancov_cntrs;
[[gnu::weak]] extern std::uint8_t __stop___sancov_cntrs;
}

namespace loopsteal::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr rlim_t kCpuSeconds = 20;
// A child that has had less than a second of CPU in so long waits for ever; one that gets on is
// ended by kCpuSeconds, however busy the machine is.
constexpr std::chrono::seconds kClock(60);
constexpr std::size_t kReadAtMost = 1 << 20;

/// Makes what a child has covered known to its parent, in whose memory libFuzzer looks for it.
class Coverage {
 public:
  Coverage() {
    if (size() == 0) return;
    void* const memory =
        mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    expect(memory != MAP_FAILED, "no memory to share the coverage in");
    shared_ = static_cast<std::uint8_t*>(memory);
  }

  void leave() const { std::copy_n(&__start___sancov_cntrs, size(), shared_); }
  void take() const { std::copy_n(shared_, size(), &__start___sancov_cntrs); }

 private:
  static std::size_t size() {
    return static_cast<std::size_t>(&__stop___sancov_cntrs - &__start___sancov_cntrs);
  }

  std::uint8_t* shared_ = nullptr;
};

const Coverage& coverage() {
  static const Coverage made;
  return made;
}

std::string make_folder() {
  const std::string path = folder() + "/run";
  fs::remove_all(path);
  fs::create_directories(path + "/folder");
  for (const SmallFile& file : small_files())
    write_input("run/" + std::string(file.name), file.text);
  return path;
}

void limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  setrlimit(what, &both);
}

void set_limits() {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kCpuSeconds);
  limit(RLIMIT_FSIZE, 64 << 20);
  std::signal(SIGXFSZ, SIG_IGN);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
  limit(RLIMIT_AS, rlim_t{4} << 30);
#endif
}

[[noreturn]] void be_the_child(const std::vector<std::string>& arguments, const std::string& path,
                               int output, int errors) {
  set_limits();
  const int input = open((path + "/script.json").c_str(), O_RDONLY | O_CLOEXEC);
  const bool ready = chdir(path.c_str()) == 0 && dup2(input, STDIN_FILENO) >= 0 &&
                     dup2(output, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0;
  if (!ready) _exit(125);
  std::vector<std::string> words = {"loopsteal"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const int status = run_program(words, catalog());
  std::fflush(nullptr);
  coverage().leave();
  _exit(status);
}

// In a file and not in a pipe, so that a child that writes much does not wait for its parent.
class Stream {
 public:
  Stream() : descriptor_(memfd_create("loopsteal-fuzz", MFD_CLOEXEC)) {
    expect(descriptor_ >= 0, "no file in memory for what a child writes");
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(descriptor_); }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::string text() const {
    std::string text(kReadAtMost, '\0');
    const ssize_t got = pread(descriptor_, text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }

 private:
  int descriptor_;
};

std::chrono::nanoseconds cpu_time_of(pid_t child) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(child, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// SIGCHLD is blocked, so that its arrival ends the waiting.
void await(pid_t child, Ended& ended) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  auto until = std::chrono::steady_clock::now() + kClock;
  std::chrono::nanoseconds used{};
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    const timespec second{1, 0};
    sigtimedwait(&ends, nullptr, &second);
    if (std::chrono::steady_clock::now() < until || ended.out_of_time) continue;
    if (const auto now_used = cpu_time_of(child); now_used - used >= std::chrono::seconds(1)) {
      used = now_used;
      until += kClock;
      continue;
    }
    ended.out_of_time = true;
    kill(child, SIGKILL);
  }
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  ended.out_of_time |= ended.signal == SIGXCPU || ended.signal == SIGKILL;
}

}  // namespace

Ended run_in_child(const std::vector<std::string>& arguments) {
  static_cast<void>(coverage());
  static_cast<void>(catalog());
  const std::string path = make_folder();
  const Stream output;
  const Stream errors;
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const pid_t child = fork();
  expect(child >= 0, "no process for a command line");
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    be_the_child(arguments, path, output.descriptor(), errors.descriptor());
  }
  Ended ended;
  await(child, ended);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  coverage().take();
  ended.output = output.text();
  ended.errors = errors.text();
  return ended;
}

std::optional<std::string> wrong_end(const Ended& ended,
                                     const std::vector<std::string>& arguments) {
  if (ended.out_of_time) return "it does not end";
  if (ended.signal != 0) return "it dies of signal " + std::to_string(ended.signal);
  // Nobody sends it a signal, so the statuses of interrupted programs are none that it may have.
  constexpr std::array<int, 5> kStatuses = {kExitOk, kExitNegative, kExitUsage, kExitEnvironment,
                                            kExitPartial};
  if (std::ranges::find(kStatuses, ended.status) == kStatuses.end())
    return "its exit status " + std::to_string(ended.status) + " is not documented";
  // A negative verdict stands in the output, wherever that goes; an error does not.
  const bool verdict = ended.status == kExitNegative || ended.status == kExitPartial;
  const bool to_a_file = std::ranges::any_of(arguments, [](const std::string& word) {
    return word.starts_with("-o") || word.starts_with("--o");
  });
  const bool silent = ended.errors.empty() && !(verdict && (to_a_file || !ended.output.empty()));
  if (ended.status != kExitOk && silent) return "it fails and does not say why";
  return raw_text_in(ended.errors, pasted(arguments));
}

std::string pasted(const std::vector<std::string>& arguments) {
  std::vector<std::string_view> words = {"loopsteal"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return shell_line(words);
}

}  // namespace loopsteal::fuzz
