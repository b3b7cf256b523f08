// Waiting until some of several futures are done (CPython 3.11: Lib/asyncio/tasks.py, wait).
#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sched/asyncio/future.hpp"
#include "sched/asyncio/handle.hpp"
#include "sched/asyncio/sleep.hpp"

namespace loopsteal::asyncio {

enum class ReturnWhen : std::uint8_t { first_completed, first_exception, all_completed };

/// What wait() gives, each in the order in which the futures were given (CPython's are sets).
template <class T>
struct Waited {
  std::vector<Future<T>> done, pending;
};

namespace detail {

/// What a wait and the callbacks of its futures share.
struct WaitState final : boost::intrusive_ref_counter<WaitState> {
  Future<void> waiter;
  Handle timer;
  std::size_t left = 0;
  ReturnWhen when = ReturnWhen::all_completed;

  void one_done(const FutureBase& future) {
    const bool failed = !future.cancelled() && future.exception() != nullptr;
    if (--left != 0 && when != ReturnWhen::first_completed &&
        !(when == ReturnWhen::first_exception && failed))
      return;
    timer.cancel();
    if (!waiter.done()) waiter.set_result();
  }
};

/// The callbacks of a wait on its futures; they go with it, however it ends.
template <class T>
class WaitCallbacks {
 public:
  WaitCallbacks(const std::vector<Future<T>>& futures, boost::intrusive_ptr<WaitState> state)
      : futures_(futures), state_(std::move(state)) {
    for (const Future<T>& each : futures_)
      callbacks_.push_back(
          add_done_callback(each, [s = state_, each] { s->one_done(*each.state()); }));
  }
  WaitCallbacks(const WaitCallbacks&) = delete;
  WaitCallbacks& operator=(const WaitCallbacks&) = delete;
  ~WaitCallbacks() {
    state_->timer.cancel();
    for (std::size_t i = 0; i < callbacks_.size(); ++i)
      remove_done_callback(futures_[i], callbacks_[i]);
  }

 private:
  const std::vector<Future<T>>& futures_;
  const boost::intrusive_ptr<WaitState> state_;
  std::vector<DoneCallback*> callbacks_;
};

}  // namespace detail

/// Waits until `when` holds of `futures`, or until `limit` is over; cancels none of them and throws
/// nothing that they failed with. Throws std::invalid_argument if there are none.
template <class T>
Coroutine<Waited<T>> wait(Loop& loop, std::vector<Future<T>> futures,
                          ReturnWhen when = ReturnWhen::all_completed,
                          std::optional<Duration> limit = std::nullopt) {
  if (futures.empty()) throw std::invalid_argument("wait: there is nothing to wait for");
  const boost::intrusive_ptr<detail::WaitState> state(new detail::WaitState);
  state->waiter = create_future(loop);
  state->left = futures.size();
  state->when = when;
  if (limit) state->timer = call_later(loop, *limit, detail::SetIfPending{state->waiter});
  {
    const detail::WaitCallbacks<T> callbacks(futures, state);
    co_await state->waiter;
  }
  Waited<T> result;
  for (const Future<T>& each : futures)
    (each.done() ? result.done : result.pending).push_back(each);
  co_return result;
}

}  // namespace loopsteal::asyncio
