// Laws about waiting for descriptors: pipes and sockets, both directions, and what cannot be waited
// for.
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Descriptors : public Laws {};
LOOPSTEAL_LAWS(Descriptors, default_specs);

/// Two descriptors that are connected; closed with their owner.
class Pair {
 public:
  enum class Kind { pipe, socket };
  explicit Pair(Kind kind) {
    const int failed = kind == Kind::pipe
                           ? pipe2(ends_, O_NONBLOCK | O_CLOEXEC)
                           : socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_);
    if (failed != 0) throw std::system_error(errno, std::generic_category(), "a pair");
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    close_first();
    close(ends_[1]);
  }
  [[nodiscard]] int first() const { return ends_[0]; }   ///< A pipe's reading end.
  [[nodiscard]] int second() const { return ends_[1]; }  ///< A pipe's writing end.
  void close_first() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

void put(int descriptor, char c) { ASSERT_EQ(write(descriptor, &c, 1), 1); }

char get(int descriptor) {
  char c = '?';
  return read(descriptor, &c, 1) == 1 ? c : '?';
}

Task<void> read_when_ready(int descriptor, std::string& text, int count) {
  for (int i = 0; i < count; ++i) {
    co_await readable(descriptor);
    text += get(descriptor);
  }
}

Task<void> read_while_writing(Scheduler& scheduler, Pair::Kind kind, std::string& text) {
  Pair pair(kind);
  TaskGroup group(scheduler);
  group.spawn(read_when_ready(pair.first(), text, 4));
  for (const char c : std::string("abcd")) {
    for (int i = 0; i < 5; ++i) co_await yield();
    co_await writable(pair.second());
    put(pair.second(), c);
    co_await sleep_for(200us);
  }
  co_await group.join();
}

TEST_P(Descriptors, AReaderWakesForWhatIsWritten) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (const auto kind : {Pair::Kind::pipe, Pair::Kind::socket}) {
      std::string text;
      run(scheduler, read_while_writing(scheduler, kind, text));
      EXPECT_EQ(text, "abcd");
    }
  });
}

// ---- Both directions of one descriptor ----------------------------------------------------------

/// Fills the socket until it takes no more.
std::size_t fill(int descriptor) {
  const std::string block(4096, 'x');
  std::size_t sum = 0;
  for (ssize_t n = 0; (n = write(descriptor, block.data(), block.size())) > 0;)
    sum += static_cast<std::size_t>(n);
  return sum;
}

std::size_t drain(int descriptor) {
  char block[4096];
  std::size_t sum = 0;
  for (ssize_t n = 0; (n = read(descriptor, block, sizeof block)) > 0;)
    sum += static_cast<std::size_t>(n);
  return sum;
}

Task<void> note_writable(int descriptor, std::atomic<bool>& done) {
  co_await writable(descriptor);
  done = true;
}

Task<void> note_readable(int descriptor, std::atomic<bool>& done) {
  co_await readable(descriptor);
  done = true;
}

Task<void> wait_both_ways(Scheduler& scheduler, bool read_first, std::vector<bool>& seen) {
  Pair pair(Pair::Kind::socket);
  const std::size_t filled = fill(pair.first());
  std::atomic<bool> can_read = false, can_write = false;
  TaskGroup group(scheduler);
  group.spawn(note_readable(pair.first(), can_read));
  group.spawn(note_writable(pair.first(), can_write));
  co_await sleep_for(1ms);
  seen.push_back(can_read);
  seen.push_back(can_write);
  for (const bool reading : {read_first, !read_first}) {
    if (reading) {
      put(pair.second(), 'x');
      while (!can_read) co_await yield();
    } else {
      seen.push_back(drain(pair.second()) == filled);
      while (!can_write) co_await yield();
    }
    // The other direction still waits, after the first of the two.
    if (reading == read_first) seen.push_back(read_first ? can_write : can_read);
  }
  co_await group.join();
}

TEST_P(Descriptors, BothDirectionsOfOneDescriptorAreWaitedForApart) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (const bool read_first : {false, true}) {
      std::vector<bool> seen;
      run(scheduler, wait_both_ways(scheduler, read_first, seen));
      EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 1);  // All was drained.
      EXPECT_EQ(seen.size(), 4u);
    }
  });
}

Task<void> wait_for_closed_peer(Pair& pair, char& end) {
  co_await readable(pair.second());
  end = get(pair.second());
}

TEST_P(Descriptors, AReaderWakesWhenTheOtherEndIsClosed) {
  with_each_worker_count([](Scheduler& scheduler) {
    Pair pair(Pair::Kind::socket);
    char end = 'x';
    run(scheduler, [](Scheduler& s, Pair& both, char& result) -> Task<void> {
      TaskGroup group(s);
      group.spawn(wait_for_closed_peer(both, result));
      co_await sleep_for(500us);
      both.close_first();
      co_await group.join();
    }(scheduler, pair, end));
    EXPECT_EQ(end, '?');
  });
}

// ---- What cannot be waited for ------------------------------------------------------------------

Task<void> note_error(int descriptor, bool reading, int& error) {
  try {
    if (reading) {
      co_await readable(descriptor);
    } else {
      co_await writable(descriptor);
    }
    error = 0;
  } catch (const std::system_error& wrong) {
    error = wrong.code().value();
  }
}

TEST_P(Descriptors, AClosedDescriptorIsAnError) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int closed = dup(0);
    close(closed);
    for (const int descriptor : {closed, -1})
      for (const bool reading : {true, false}) {
        int error = 0;
        run(scheduler, note_error(descriptor, reading, error));
        EXPECT_EQ(error, EBADF);
      }
  });
}

TEST_P(Descriptors, ARegularFileIsReadyAtOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::FILE* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    for (const bool reading : {true, false, true}) {
      int error = -1;
      run(scheduler, note_error(fileno(file), reading, error));
      EXPECT_EQ(error, 0);
    }
    std::fclose(file);
  });
}

Task<void> wait_twice(Scheduler& scheduler, int& second_error, std::string& text) {
  Pair pair(Pair::Kind::pipe);
  TaskGroup group(scheduler);
  group.spawn(read_when_ready(pair.first(), text, 1));
  co_await sleep_for(2ms);
  co_await note_error(pair.first(), true, second_error);
  put(pair.second(), 'x');
  co_await group.join();
}

TEST_P(Descriptors, ASecondReaderIsToldSoAndTheFirstOneIsUnharmed) {
  with_each_worker_count([this](Scheduler& scheduler) {
    // Loops share nothing: there each loop has a waiter of its own.
    if (is("sharded_loops") && scheduler.workers() > 1) return;
    const bool refused = succeeds_once(20, [&] {
      int error = 0;
      std::string text;
      // Whoever comes second, once both wait, finds it busy.
      Pair probe(Pair::Kind::pipe);
      run(scheduler, wait_twice(scheduler, error, text));
      EXPECT_EQ(text, "x");
      return error == EBUSY;
    });
    EXPECT_TRUE(refused);
  });
}

// ---- Cancelled waits, and numbers that are used again -------------------------------------------

Task<void> wait_to_read(int descriptor) { co_await readable(descriptor); }

Task<void> cancel_and_wait_again(Scheduler& scheduler, std::string& text, int& cancelled) {
  Pair pair(Pair::Kind::pipe);
  for (int i = 0; i < 20; ++i) {
    auto handle = spawn(scheduler, wait_to_read(pair.first()));
    for (int j = 0; j < i; ++j) co_await yield();
    handle.cancel();
    try {
      co_await handle.join();
    } catch (const Cancelled&) {
      ++cancelled;
    }
  }
  TaskGroup group(scheduler);
  group.spawn(read_when_ready(pair.first(), text, 1));
  for (int j = 0; j < 5; ++j) co_await yield();
  put(pair.second(), 'x');
  co_await group.join();
}

TEST_P(Descriptors, ACancelledWaitLeavesTheDescriptorToTheNext) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::string text;
    int cancelled = 0;
    run(scheduler, cancel_and_wait_again(scheduler, text, cancelled));
    EXPECT_EQ(text, "x");
    EXPECT_EQ(cancelled, 20);
  });
}

Task<void> use_numbers_again(Scheduler& scheduler, int rounds, std::string& text) {
  for (int i = 0; i < rounds; ++i) {
    Pair pair(i % 2 == 0 ? Pair::Kind::pipe : Pair::Kind::socket);
    TaskGroup group(scheduler);
    group.spawn(read_when_ready(pair.first(), text, 1));
    co_await yield();
    put(pair.second(), 'x');
    co_await group.join();
  }
}

TEST_P(Descriptors, ANumberThatWasClosedAndIsUsedAgainWorks) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::string text;
    run(scheduler, use_numbers_again(scheduler, 100, text));
    EXPECT_EQ(text, std::string(100, 'x'));
  });
}

Task<void> wait_on_many(Scheduler& scheduler, std::vector<std::unique_ptr<Pair>>& pairs,
                        std::vector<std::string>& texts) {
  TaskGroup group(scheduler);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    group.spawn(read_when_ready(pairs[i]->first(), texts[i], 3));
  for (int round = 0; round < 3; ++round) {
    for (const auto& pair : pairs) put(pair->second(), static_cast<char>('a' + round));
    co_await sleep_for(1ms);
  }
  co_await group.join();
}

TEST_P(Descriptors, ManyDescriptorsAreWaitedForAtOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<std::unique_ptr<Pair>> pairs;
    for (int i = 0; i < 200; ++i) pairs.push_back(std::make_unique<Pair>(Pair::Kind::pipe));
    std::vector<std::string> texts(pairs.size());
    run(scheduler, wait_on_many(scheduler, pairs, texts));
    for (const std::string& text : texts) ASSERT_EQ(text, "abc");
  });
}

}  // namespace
}  // namespace loopsteal::laws
