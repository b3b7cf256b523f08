// Real TCP on the loopback device, for coroutines: non-blocking sockets behind the verbs readable()
// and writable().
//
// The only file in workloads/ that makes system calls: asyncio's loop waits for sockets, so one
// workload has to have them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sched/core/coro/task.hpp"

namespace loopsteal {

/// A file descriptor that its owner closes.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, kNone)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  /// The operating system's number; it still belongs to this object.
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  static constexpr int kNone = -1;
  int number_ = kNone;
};

/// A socket that listens on a free port of 127.0.0.1. All functions of this file throw
/// std::system_error; EMFILE or ENFILE: no descriptors are left.
[[nodiscard]] Descriptor listen_on_loopback();

[[nodiscard]] std::uint16_t port_of(const Descriptor& socket);

/// Ends all waits for connections: accept_on() throws, connections not yet accepted are reset.
void stop_listening(const Descriptor& listener) noexcept;

/// Waits for a connection. `listener` must outlive the call.
[[nodiscard]] Task<Descriptor> accept_on(const Descriptor& listener);

/// Connects to a port of 127.0.0.1.
[[nodiscard]] Task<Descriptor> connect_to(std::uint16_t port);

/// Sends all of `bytes`. Both must outlive the call.
[[nodiscard]] Task<void> send_all(const Descriptor& socket, std::span<const std::byte> bytes);

/// Receives at least one byte; 0: the other side has ended. Both must outlive the call.
[[nodiscard]] Task<std::size_t> receive_some(const Descriptor& socket, std::span<std::byte> bytes);

}  // namespace loopsteal
