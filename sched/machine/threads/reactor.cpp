#include "sched/machine/threads/reactor.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {
namespace {

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

/// Empties an eventfd or timerfd.
void drain(int descriptor) noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = read(descriptor, &count, sizeof count);
}

void add(int epoll, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  checked(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event), "registering a descriptor");
}

constexpr std::uint32_t kReadEvents = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr std::uint32_t kWriteEvents = EPOLLOUT | EPOLLHUP | EPOLLERR;

}  // namespace

OwnedDescriptor::~OwnedDescriptor() { close(descriptor_); }

Reactor::Reactor()
    : epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "creating an epoll instance")),
      wake_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "creating an event descriptor")),
      timer_(checked(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
                     "creating a timer descriptor")) {
  add(epoll_.get(), wake_.get());
  add(epoll_.get(), timer_.get());
}

bool Reactor::waits_in_one_call() noexcept {
  // The kernel checks that the call exists before it checks the descriptor. Tested once per
  // process.
  static const bool has_call = [] {
    epoll_event event{};
    const timespec now{};
    return epoll_pwait2(-1, &event, 1, &now, nullptr) < 0 && errno == EBADF;
  }();
  return has_call;
}

void Reactor::wait(TimePoint deadline) noexcept {
  timespec timeout{};
  if (deadline != kForever)
    timeout = to_timespec(std::max(deadline - monotonic_now(), Duration::zero()));
  const timespec* const until = deadline == kForever ? nullptr : &timeout;
  int n = 0;
  if (waits_in_one_call()) [[likely]] {
    n = epoll_pwait2(epoll_.get(), events_.data(), kEventsMax, until, nullptr);
  } else {
    // An epoll descriptor can be polled itself, and ppoll() also counts in nanoseconds.
    pollfd brings{.fd = epoll_.get(), .events = POLLIN, .revents = 0};
    if (ppoll(&brings, 1, until, nullptr) > 0)
      n = epoll_wait(epoll_.get(), events_.data(), kEventsMax, 0);
  }
  events_count_ = std::max(n, 0);  // EINTR: no events; the caller looks again.
}

void Reactor::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = write(wake_.get(), &one, sizeof one);  // Full: awake anyway.
}

bool Reactor::has_finished() noexcept {
  // relaxed: as in take().
  if (!is_waited_for()) return false;
  if (events_count_ == 0) wait(TimePoint{});
  return events_count_ != 0;
}

void Reactor::take_events(JobQueue& finished) noexcept {
  if (events_count_ == 0)
    events_count_ = std::max(epoll_wait(epoll_.get(), events_.data(), kEventsMax, 0), 0);
  if (events_count_ == 0) return;
  bool timer_fired = false;
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < events_count_; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_.get()) {
      drain(wake_.get());
    } else if (event.data.fd == timer_.get()) {
      drain(timer_.get());
      timer_fired = true;
    } else {
      take_descriptor(event.data.fd, event.events, finished);
    }
  }
  events_count_ = 0;
  if (timer_fired) take_requests(finished);
}

void Reactor::take_descriptor(int descriptor, std::uint32_t events, JobQueue& finished) noexcept {
  Interest& interest = interests_[static_cast<std::size_t>(descriptor)];
  if ((events & kReadEvents) != 0) release(interest.reader, finished);
  if ((events & kWriteEvents) != 0) release(interest.writer, finished);
  // One-shot: epoll has disarmed the other direction, too.
  if (interest.reader != nullptr || interest.writer != nullptr) arm(descriptor, interest);
}

void Reactor::release(DescriptorWait*& slot, JobQueue& finished) noexcept {
  if (slot == nullptr) return;
  slot->armed = false;
  finished.push_back(*slot->job);
  slot = nullptr;
  pending_.fetch_sub(1, std::memory_order_relaxed);  // A count; see take().
}

bool Reactor::watch(DescriptorWait& wait) noexcept {
  if (wait.descriptor < 0) {
    wait.error = EBADF;
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (wait.abandoned()) return false;
  const auto index = static_cast<std::size_t>(wait.descriptor);
  if (index >= interests_.size()) {
    wait.error = make_room_for(wait.descriptor);
    if (wait.error != 0) return false;
  }
  DescriptorWait*& slot = slot_of(wait);
  if (slot != nullptr) {
    wait.error = EBUSY;
    return false;
  }
  slot = &wait;
  wait.error = arm(wait.descriptor, interests_[index]);
  if (wait.error == EPERM)
    wait.error = 0;  // A regular file: always ready.
  else if (wait.error == 0) {
    wait.armed = true;
    pending_.fetch_add(1, std::memory_order_relaxed);  // A count; see take().
    return true;
  }
  slot = nullptr;
  return false;
}

/// The interests grow to the number of an open descriptor, which the limit of open files bounds,
/// and not to any number that a task passes. Returns an errno.
int Reactor::make_room_for(int descriptor) noexcept {
  if (fcntl(descriptor, F_GETFD) < 0) return errno;
  try {
    interests_.resize(static_cast<std::size_t>(descriptor) + 1);
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

/// Registers the current waits of a descriptor with epoll. Returns an errno.
int Reactor::arm(int descriptor, Interest& interest) noexcept {
  epoll_event event{};
  event.events = EPOLLONESHOT;
  if (interest.reader != nullptr) event.events |= EPOLLIN | EPOLLRDHUP;
  if (interest.writer != nullptr) event.events |= EPOLLOUT;
  event.data.fd = descriptor;
  int operation = interest.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0) {
    interest.registered = true;
    return 0;
  }
  // The number was closed and used again, or was registered elsewhere: use the other operation.
  if (errno != ENOENT && errno != EEXIST) return errno;
  operation = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(epoll_.get(), operation, descriptor, &event) != 0) return errno;
  interest.registered = true;
  return 0;
}

bool Reactor::cancel(DescriptorWait& wait) noexcept {
  const std::lock_guard lock(mutex_);
  if (!wait.armed) return false;
  wait.armed = false;
  slot_of(wait) = nullptr;                           // A late event finds no waiter.
  pending_.fetch_sub(1, std::memory_order_relaxed);  // A count; see take().
  return true;
}

DescriptorWait*& Reactor::slot_of(DescriptorWait& wait) noexcept {
  Interest& interest = interests_[static_cast<std::size_t>(wait.descriptor)];
  return wait.direction == Direction::read ? interest.reader : interest.writer;
}

bool Reactor::start_io(Timer& request) noexcept {
  const std::lock_guard lock(mutex_);
  if (request.abandoned()) return false;
  requests_.insert(request);
  pending_.fetch_add(1, std::memory_order_relaxed);  // A count; see take().
  arm_timer();
  return true;
}

bool Reactor::cancel_io(Timer& request) noexcept {
  const std::lock_guard lock(mutex_);
  if (!requests_.cancel(request)) return false;
  pending_.fetch_sub(1, std::memory_order_relaxed);  // A count; see take().
  requests_.prune();
  return true;
}

void Reactor::take_requests(JobQueue& finished) noexcept {
  timer_deadline_ = kForever;
  const TimePoint now = monotonic_now();
  while (Job* const job = requests_.pop_due(now)) {
    finished.push_back(*job);
    pending_.fetch_sub(1, std::memory_order_relaxed);  // A count; see take().
  }
  arm_timer();
}

/// The timer descriptor is not set back: if it fires too early, nothing is due.
void Reactor::arm_timer() noexcept {
  const TimePoint next = requests_.next_deadline();
  if (next >= timer_deadline_) return;
  timer_deadline_ = next;
  itimerspec setting{};
  // Zero would disarm it.
  setting.it_value = to_timespec(std::max(next.time_since_epoch(), Duration(1)));
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

}  // namespace loopsteal
