// What schedulers do where the system lacks a call that they prefer: without epoll_pwait2 (Linux
// before 5.11, older seccomp profiles) an idle worker sleeps all the same.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/machine/threads/reactor.hpp"
#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

/// From now on the call fails with `error` in this process.
void forbid_epoll_pwait2(unsigned error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = 4, .filter = filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    std::perror("seccomp"), std::_Exit(2);
}

Duration cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

constexpr Duration kIdle = 600ms;

Task<void> write_later(int descriptor) {
  co_await sleep_for(20ms);
  EXPECT_EQ(write(descriptor, "x", 1), 1);
}

/// Waits for all that a reactor brings, and for nothing at all.
Task<void> wait_for_everything(Scheduler& scheduler, int (&ends)[2], Duration& cpu_while_idle) {
  TaskGroup group(scheduler);
  group.spawn(write_later(ends[1]));
  co_await readable(ends[0]);
  co_await group.join();
  co_await io(20ms);
  co_await blocking(20ms);  // The pool's thread wakes a worker that sleeps.
  const Duration before = cpu_time();
  const TimePoint began = scheduler.now();
  co_await sleep_for(kIdle);
  if (scheduler.now() < began + kIdle) std::fputs("woken too early\n", stderr), std::_Exit(3);
  cpu_while_idle = cpu_time() - before;
}

[[noreturn]] void run_without_epoll_pwait2(const std::string& spec, unsigned error) {
  forbid_epoll_pwait2(error);
  if (Reactor::waits_in_one_call()) std::fputs("the call is there\n", stderr), std::_Exit(4);
  int ends[2];
  if (pipe(ends) != 0) std::_Exit(5);
  const auto scheduler = make(spec, 2);
  Duration cpu{};
  const Measurement run = scheduler->run(wait_for_everything(*scheduler, ends, cpu));
  std::fprintf(stderr, "parks %llu, CPU %lld us\n",
               static_cast<unsigned long long>(run.total(Op::park)),
               static_cast<long long>(cpu / 1us));
  // A worker that does not sleep looks millions of times, and takes all the time there is.
  std::_Exit(run.total(Op::park) < 500 && cpu < kIdle / 2 ? 0 : 1);
}

class WithoutEpollPwait2DeathTest : public Laws {};
LOOPSTEAL_LAWS(WithoutEpollPwait2DeathTest, default_specs);

TEST_P(WithoutEpollPwait2DeathTest, EverythingIsWaitedForAndIdleWorkersSleep) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";  // Nobody has asked for the call yet.
  for (const unsigned error : {ENOSYS, EPERM})
    EXPECT_EXIT(run_without_epoll_pwait2(GetParam(), error), testing::ExitedWithCode(0), "parks");
}

}  // namespace
}  // namespace loopsteal::laws
