#include "tests/performance/system_call_guard.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace loopsteal::performance {
namespace {

constexpr int kMadeOne = 77;

/// The offending call's number on stderr, with nothing but what a signal handler may use.
void report(int, siginfo_t* info, void*) {
  std::array<char, 64> text{};
  std::strcpy(text.data(), "system call number ");
  std::size_t length = std::strlen(text.data());
  int number = info->si_syscall;
  int scale = 1;
  while (number / scale >= 10) scale *= 10;
  for (; scale > 0; scale /= 10) text[length++] = static_cast<char>('0' + number / scale % 10);
  text[length++] = '\n';
  [[maybe_unused]] const ssize_t n = write(STDERR_FILENO, text.data(), length);
  _exit(kMadeOne);
}

}  // namespace

bool forbid_system_calls() noexcept {
  struct sigaction action {};
  action.sa_sigaction = report;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);

  std::array<sock_filter, 8> filter = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

void leave_guarded() noexcept { _exit(0); }

std::string run_guarded(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child < 0) return "fork failed";
  if (child == 0) {
    body();
    _exit(1);  // Came back, so it did not reach leave_guarded().
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return "waitpid failed";
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) == kMadeOne) return "made a system call; stderr has its number";
  if (WEXITSTATUS(status) != 0) return "exited with " + std::to_string(WEXITSTATUS(status));
  return "";
}

}  // namespace loopsteal::performance
