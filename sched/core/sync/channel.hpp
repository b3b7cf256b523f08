// A bounded channel between tasks (asyncio.Queue, tokio::sync::mpsc), first in first out.
#pragma once
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/sync/wait_list.hpp"

namespace loopsteal {

/// Any number of senders and receivers. A value goes to the receiver that has waited longest. A
/// sender that finds the channel full waits until its value has a place. All members may be called
/// from any thread. T must be movable without throwing.
template <class T>
class Channel {
 public:
  /// Holds up to `capacity` values; at least 1.
  explicit Channel(std::size_t capacity) : capacity_(capacity) {
    LOOPSTEAL_CHECK(capacity != 0, "a channel holds one value at least");
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  class SendAwaiter final : public detail::ArmedWait<detail::Waiter> {
   public:
    SendAwaiter(Channel& channel, T value) noexcept : channel_(channel), value_(std::move(value)) {}

    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
      if (!this->publish(self.promise())) return false;
      this->node_.scheduler = this->promise_->scheduler;
      return channel_.send_or_wait(*this);
    }

    /// False: the channel is closed and the value was not sent.
    bool await_resume() {
      // A value in the channel stays sent: only a send that has not happened is cancelled. The
      // request is not lost; the next wait throws.
      if (this->end_cancelled()) {
        if (!sent_) throw Cancelled{};
        this->promise_->control->put_back_request();
      }
      return sent_;
    }

    bool try_cancel() noexcept override {
      if (!channel_.leave(channel_.senders_, this->node_)) return false;
      this->wake_cancelled();
      return true;
    }

   private:
    friend Channel;
    Channel& channel_;
    T value_;
    bool sent_ = false;
  };

  class ReceiveAwaiter final : public detail::ArmedWait<detail::Waiter> {
   public:
    explicit ReceiveAwaiter(Channel& channel) noexcept : channel_(channel) {}

    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
      if (!this->publish(self.promise())) return false;
      this->node_.scheduler = this->promise_->scheduler;
      return channel_.receive_or_wait(*this);
    }

    /// Empty: the channel is closed and drained.
    std::optional<T> await_resume() {
      if (this->end_cancelled()) {
        if (value_) channel_.put_back(std::move(*value_));
        throw Cancelled{};
      }
      return std::move(value_);
    }

    bool try_cancel() noexcept override {
      if (!channel_.leave(channel_.receivers_, this->node_)) return false;
      this->wake_cancelled();
      return true;
    }

   private:
    friend Channel;
    Channel& channel_;
    std::optional<T> value_;
  };

  /// `const bool sent = co_await channel.send(value);` Cancellable while it waits.
  [[nodiscard]] SendAwaiter send(T value) noexcept { return {*this, std::move(value)}; }

  /// `std::optional<T> value = co_await channel.receive();` Cancellable. If a task is cancelled
  /// after it got a value, the value goes back to the front.
  [[nodiscard]] ReceiveAwaiter receive() noexcept { return ReceiveAwaiter(*this); }

  /// No more sends: waiting and later sends return false. Receivers get the remaining values, then
  /// nothing.
  void close() noexcept {
    detail::Waiter* senders;
    detail::Waiter* receivers;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      senders = senders_.take_all();
      receivers = receivers_.take_all();  // They wait only while the channel is empty.
    }
    detail::WaitList::wake_all(senders);
    detail::WaitList::wake_all(receivers);
  }

 private:
  /// True: the sender waits.
  bool send_or_wait(SendAwaiter& sender) noexcept {
    detail::Waiter* woken = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (sender.node_.abandoned() || closed_) return false;
      if (detail::Waiter* const receiver = receivers_.pop_front()) {
        owner<ReceiveAwaiter>(*receiver).value_.emplace(std::move(sender.value_));
        woken = receiver;
      } else if (values_.size() < capacity_) {
        values_.push_back(std::move(sender.value_));
      } else {
        sender.node_.self = &sender;
        senders_.push_back(sender.node_);
        return true;
      }
      sender.sent_ = true;
    }
    if (woken != nullptr) woken->wake();
    return false;
  }

  /// True: the receiver waits.
  bool receive_or_wait(ReceiveAwaiter& receiver) noexcept {
    detail::Waiter* woken = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (receiver.node_.abandoned()) return false;
      if (values_.empty()) {
        if (closed_) return false;
        receiver.node_.self = &receiver;
        receivers_.push_back(receiver.node_);
        return true;
      }
      receiver.value_.emplace(std::move(values_.front()));
      values_.pop_front();
      woken = senders_.pop_front();
      if (woken != nullptr) {
        auto& sender = owner<SendAwaiter>(*woken);
        values_.push_back(std::move(sender.value_));
        sender.sent_ = true;
      }
    }
    if (woken != nullptr) woken->wake();
    return false;
  }

  bool leave(detail::WaitList& list, detail::Waiter& waiter) noexcept {
    const std::lock_guard lock(mutex_);
    if (!waiter.queued) return false;
    list.remove(waiter);
    return true;
  }

  /// Passes the value of a cancelled receiver to another receiver, or to the front.
  void put_back(T value) noexcept {
    detail::Waiter* receiver;
    {
      const std::lock_guard lock(mutex_);
      receiver = receivers_.pop_front();
      if (receiver == nullptr) {
        values_.push_front(std::move(value));
        return;
      }
      owner<ReceiveAwaiter>(*receiver).value_.emplace(std::move(value));
    }
    receiver->wake();
  }

  template <class Awaiter>
  static Awaiter& owner(detail::Waiter& waiter) noexcept {
    return *static_cast<Awaiter*>(waiter.self);
  }

  const std::size_t capacity_;
  std::mutex mutex_;  // Held for a few lines, never while a task is woken.
  std::deque<T> values_;
  detail::WaitList senders_;
  detail::WaitList receivers_;
  bool closed_ = false;
};

}  // namespace loopsteal
