// A server that sends back what it receives, and its clients, over TCP on the loopback device: the
// usual use of asyncio and Tokio.
//
// The loop is closed: a client sends its next message when the last one has come back. So the
// latencies are round trips, and do not show the effect of clients that do not wait.
//
// Any failure on either side ends the run with the first error: the listener stops, so that no task
// waits for a connection that will not come, and closed sockets end their partners.
#include <atomic>
#include <exception>
#include <vector>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/tcp.hpp"

namespace loopsteal {
namespace {

struct EchoOptions {
  std::uint32_t connections = 8;
  std::uint32_t messages = 25;
  std::uint32_t bytes = 64;
};

constexpr Knob<EchoOptions> kKnobs[] = {
    knob<&EchoOptions::connections, Range{1, 1'000'000}>(
        "connections", "Clients at the same time; each takes two descriptors.", "ours"),
    knob<&EchoOptions::messages, Range{1, 100'000'000}>("messages", "Round trips of each client.",
                                                        "ours"),
    knob<&EchoOptions::bytes, Range{1, 16'777'216}>("bytes", "Length of a message.", "ours")};

class Echo final : public Workload {
 public:
  static constexpr std::string_view kName = "echo";
  static constexpr std::string_view kQuestion =
      "What does a round trip over real sockets cost, waiting for descriptors included?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = true;

  using Options = EchoOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.connections = 64, .messages = 500};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  static Footprint footprint(const Options& options) {
    // A client with its sent and received messages, and the server's session with its buffer.
    return {.tasks = 2 * std::uint64_t{options.connections},
            .bytes = 3 * std::uint64_t{options.connections} * options.bytes};
  }

  Echo(const Options& options, const WorkloadSetup& setup)
      : options_(options), log_(std::uint64_t{options.connections} * options.messages, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    listener_ = listen_on_loopback();
    const std::uint16_t port = port_of(listener_);
    TaskGroup tasks(scheduler);
    tasks.spawn(serve_all(scheduler));
    for (std::uint32_t i = 0; i < options_.connections; ++i)
      tasks.spawn(run_client(scheduler, port, i));
    co_await tasks.join();
    if (error_) std::rethrow_exception(error_);
  }

  WorkloadResult result() override {
    return result_of(log_, std::uint64_t{options_.connections} * options_.messages);
  }

 private:
  Task<void> serve_all(Scheduler& scheduler) {
    TaskGroup sessions(scheduler);
    try {
      for (std::uint32_t i = 0; i < options_.connections; ++i) {
        Descriptor socket = co_await accept_on(listener_);
        sessions.spawn(serve_one(std::move(socket)));
      }
    } catch (...) {
      keep_first_error();
    }
    co_await sessions.join();
  }

  Task<void> serve_one(Descriptor socket) {
    std::vector<std::byte> buffer(options_.bytes);
    try {
      while (true) {
        const std::size_t received = co_await receive_some(socket, buffer);
        if (received == 0) co_return;
        co_await send_all(socket, std::span(buffer).first(received));
      }
    } catch (...) {
      keep_first_error();
    }
  }

  Task<void> run_client(Scheduler& scheduler, std::uint16_t port, std::uint32_t client) {
    try {
      const Descriptor socket = co_await connect_to(port);
      for (std::uint32_t i = 0; i < options_.messages; ++i)
        co_await round_trip(scheduler, socket, client, i);
    } catch (...) {
      keep_first_error();
    }
  }

  Task<void> round_trip(Scheduler& scheduler, const Descriptor& socket, std::uint32_t client,
                        std::uint32_t message) {
    std::vector<std::byte> sent(options_.bytes);
    for (std::size_t i = 0; i < sent.size(); ++i)
      sent[i] = static_cast<std::byte>(client * 31 + message * 7 + i);
    std::vector<std::byte> echoed(sent.size());
    const TimePoint begin = scheduler.now();
    co_await send_all(socket, sent);
    std::size_t arrived = 0;
    while (arrived < echoed.size()) {
      const std::size_t received =
          co_await receive_some(socket, std::span(echoed).subspan(arrived));
      if (received == 0) co_return;  // The server has ended: this round trip stays unserved.
      arrived += received;
    }
    if (echoed != sent) co_return;
    log_.note(std::uint64_t{client} * options_.messages + message,
              {Duration::zero(), scheduler.now() - begin});
  }

  // Call in a catch block. The first error is the cause, later ones are its consequences.
  void keep_first_error() noexcept {
    // relaxed: the order of the failing tasks does not matter; the join of the tasks publishes
    // error_.
    if (failed_.exchange(true, std::memory_order_relaxed)) return;
    error_ = std::current_exception();
    stop_listening(listener_);
  }

  const Options options_;
  Descriptor listener_;
  RequestLog log_;
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;
};

}  // namespace

WorkloadInfo echo_entry() { return workload_info<Echo>(); }

}  // namespace loopsteal
