// Asio: one io_context on one thread. A post is a handler of one pointer, for whose memory Asio has
// a recycler.
#include <thread>
#include <vector>

#include <asio.hpp>

#include "scripts/peers/common/harness.hpp"

namespace {

using namespace peers;

constexpr int kHandlers = 1'000'000;
constexpr std::uint64_t kSpreadNs = 1'000'000'000;
constexpr Nanoseconds kFar = std::chrono::seconds(5);
constexpr Nanoseconds kNear = std::chrono::milliseconds(500);
constexpr Nanoseconds kBeyond = std::chrono::milliseconds(5);

// ASIO_VERSION is 102201 for 1.22.1.
const std::string kVersion = std::to_string(ASIO_VERSION / 100000) + "." +
                             std::to_string(ASIO_VERSION / 100 % 1000) + "." +
                             std::to_string(ASIO_VERSION % 100);

struct Link {
  asio::io_context* loop;
  int* left;
  void operator()() const {
    if (--*left > 0) asio::post(*loop, Link{loop, left});
  }
};

void post_chain() {
  asio::io_context loop(1);
  int left = kHandlers;
  asio::post(loop, Link{&loop, &left});
  loop.run();
}

void post_batch() {
  asio::io_context loop(1);
  int left = kHandlers;
  for (int i = 0; i < kHandlers; ++i) asio::post(loop, [&left] { --left; });
  loop.run();
  keep(left);
}

struct Timers {
  explicit Timers(Nanoseconds begin) {
    Random random;
    const auto base = Clock::now() + begin;
    last = base + Nanoseconds(kSpreadNs);
    timers.reserve(kHandlers);  // Contiguous, and none is ever moved.
    for (int i = 0; i < kHandlers; ++i) {
      asio::steady_timer& timer = timers.emplace_back(loop);
      timer.expires_at(base + Nanoseconds(random.below(kSpreadNs)));
      timer.async_wait([this](asio::error_code) { ++fired; });
    }
  }
  asio::io_context loop{1};
  std::vector<asio::steady_timer> timers;
  Clock::time_point last;
  std::uint64_t fired = 0;
};

Nanoseconds timer_insert() {
  const auto begin = Clock::now();
  const Timers timers(kFar);
  return Clock::now() - begin;
}

// Includes the handlers, which run with the error that they were cancelled.
Nanoseconds timer_cancel() {
  Timers timers(kFar);
  const auto begin = Clock::now();
  for (asio::steady_timer& timer : timers.timers) timer.cancel();
  timers.loop.run();
  return Clock::now() - begin;
}

Nanoseconds timer_drain() {
  Timers timers(kNear);
  while (Clock::now() < timers.last + kBeyond) std::this_thread::sleep_for(kBeyond);
  const auto begin = Clock::now();
  timers.loop.run();
  return Clock::now() - begin;
}

}  // namespace

int main(int argc, char** argv) {
  const Request request = parse(argc, argv);
  const auto run = [&](auto body) { measure(request, kVersion.c_str(), kHandlers, body); };
  if (request.work == "post_chain") return run(post_chain), 0;
  if (request.work == "post_batch") return run(post_batch), 0;
  if (request.work == "timer_insert") return run(timer_insert), 0;
  if (request.work == "timer_cancel") return run(timer_cancel), 0;
  if (request.work == "timer_drain") return run(timer_drain), 0;
  unknown(request);
}
