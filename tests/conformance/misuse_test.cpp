// Laws about misuse: an exception or an assertion that says what was wrong, and never a hang or a
// signal without a word.
#include <atomic>
#include <climits>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <sys/resource.h>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Misuse : public Laws {};
LOOPSTEAL_LAWS(Misuse, default_specs_everywhere);

/// Where threads or descriptors are a part of it.
class MisuseOnThreads : public Laws {};
LOOPSTEAL_LAWS(MisuseOnThreads, default_specs);

Task<void> nothing() { co_return; }

/// What `call` throws says `words`.
template <class Exception, class Call>
void expect_refused(const Call& call, const std::string& words) {
  try {
    call();
    ADD_FAILURE() << "it was accepted";
  } catch (const Exception& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST_P(Misuse, AnEmptyRootIsRefusedAndDoesNoHarm) {
  with_each_worker_count([](Scheduler& scheduler) {
    Task<void> task = nothing();
    run(scheduler, std::move(task));
    expect_refused<std::invalid_argument>([&] { scheduler.run(std::move(task)); }, "empty");
    run(scheduler, nothing());
  });
}

TEST_P(Misuse, ARunFromWithinARunIsRefused) {
  with_each_worker_count([](Scheduler& scheduler) {
    run(scheduler, [](Scheduler& s) -> Task<void> {
      expect_refused<std::logic_error>([&] { s.run(nothing()); }, "under way");
      expect_refused<std::logic_error>([&] { s.run_until_stopped(); }, "under way");
      co_await yield();
    }(scheduler));
    run(scheduler, nothing());
  });
}

TEST_P(MisuseOnThreads, OfTwoRunsAtOnceOneIsRefused) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<bool> running = false, refused = false;
    std::jthread other([&] {
      while (!running) std::this_thread::yield();
      expect_refused<std::logic_error>([&] { scheduler.run(nothing()); }, "under way");
      refused = true;
    });
    run(scheduler, [](std::atomic<bool>& begun, std::atomic<bool>& end) -> Task<void> {
      begun = true;
      while (!end) co_await sleep_for(1ms);
    }(running, refused));
  });
}

TEST_P(MisuseOnThreads, ADescriptorThatIsNotOpenIsRefusedWithoutMemoryForItsNumber) {
  with_one_worker([](Scheduler& scheduler) {
    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    for (const int descriptor : {INT_MAX, 100'000'000, 1'000'000, -1}) {
      int error = 0;
      run(scheduler, [](int fd, int& got) -> Task<void> {
        try {
          co_await readable(fd);
        } catch (const std::system_error& thrown) {
          got = thrown.code().value();
        }
      }(descriptor, error));
      EXPECT_EQ(error, EBADF) << descriptor;
    }
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 50'000) << "kilobytes";
  });
}

class MisuseDeathTest : public Laws {};
LOOPSTEAL_LAWS(MisuseDeathTest, default_specs);

TEST_P(MisuseDeathTest, ASchedulerThatIsDestroyedWhileItRunsSaysSo) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        std::unique_ptr<Scheduler> scheduler = make(GetParam(), 1);
        std::atomic<bool> running = false;
        std::thread runner([&] {
          scheduler->run([](std::atomic<bool>& begun) -> Task<void> {
            begun = true;
            co_await sleep_for(1h);
          }(running));
        });
        while (!running) std::this_thread::yield();
        scheduler.reset();
        std::_Exit(0);
      },
      testing::ExitedWithCode(1), "destroyed while a run of it was under way: call stop\\(\\)");
}

}  // namespace
}  // namespace loopsteal::laws
