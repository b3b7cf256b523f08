#include "workloads/support/tcp.hpp"

#include <cerrno>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sched/core/coro/verbs.hpp"

namespace loopsteal {
namespace {

[[noreturn]] void fail(int error, const char* doing) {
  throw std::system_error(std::error_code(error, std::generic_category()), doing);
}

[[noreturn]] void fail(const char* doing) { fail(errno, doing); }

sockaddr_in loopback(std::uint16_t port) noexcept {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The socket API passes addresses of any family as this type.
const sockaddr* as_any(const sockaddr_in& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

Descriptor open_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.number() < 0) fail("opening a socket");
  return socket;
}

// Sends small messages at once, as every server of requests does.
void send_at_once(const Descriptor& socket) {
  const int on = 1;
  if (::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    fail("setting TCP_NODELAY");
}

bool must_wait(int error) noexcept { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor listen_on_loopback() {
  Descriptor socket = open_socket();
  const sockaddr_in address = loopback(0);
  if (::bind(socket.number(), as_any(address), sizeof address) != 0) fail("binding a socket");
  if (::listen(socket.number(), SOMAXCONN) != 0) fail("listening on a socket");
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    fail("asking for a socket's port");
  return ntohs(address.sin_port);
}

void stop_listening(const Descriptor& listener) noexcept {
  ::shutdown(listener.number(), SHUT_RDWR);
}

Task<Descriptor> accept_on(const Descriptor& listener) {
  while (true) {
    Descriptor socket(::accept4(listener.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.number() >= 0) {
      send_at_once(socket);
      co_return std::move(socket);
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (!must_wait(errno)) fail("accepting a connection");
    co_await readable(listener.number());
  }
}

Task<Descriptor> connect_to(std::uint16_t port) {
  Descriptor socket = open_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(socket.number(), as_any(address), sizeof address) != 0) {
    if (errno != EINPROGRESS) fail("connecting");
    co_await writable(socket.number());
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &length) != 0)
      fail("connecting");
    if (error != 0) fail(error, "connecting");
  }
  send_at_once(socket);
  co_return std::move(socket);
}

Task<void> send_all(const Descriptor& socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (must_wait(errno)) {
      co_await writable(socket.number());
    } else if (errno != EINTR) {
      fail("sending");
    }
  }
}

Task<std::size_t> receive_some(const Descriptor& socket, std::span<std::byte> bytes) {
  while (true) {
    const ssize_t received = ::recv(socket.number(), bytes.data(), bytes.size(), 0);
    if (received >= 0) co_return static_cast<std::size_t>(received);
    if (must_wait(errno)) {
      co_await readable(socket.number());
    } else if (errno != EINTR) {
      fail("receiving");
    }
  }
}

}  // namespace loopsteal
