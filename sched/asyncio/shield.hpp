// Keeping cancellation away from what a task waits for (CPython 3.11: Lib/asyncio/tasks.py,
// shield).
#pragma once
#include <utility>

#include "sched/asyncio/future.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

namespace detail {

/// Ends as `inner` does, or is cancelled by itself. It keeps `inner`, whose callback keeps it,
/// until either is done or the loop ends.
template <class T>
class ShieldState final : public FutureState<T>, private Pending {
 public:
  explicit ShieldState(Future<T> inner)
      : FutureState<T>(inner.state()->loop()), inner_(std::move(inner)) {
    this->loop().add(*this);
  }
  ~ShieldState() override {
    if (listed_) this->loop().remove(*this);
  }

  void begin() {
    const boost::intrusive_ptr<ShieldState> self(this);
    callback_ = add_done_callback(inner_, [self] { self->inner_done(); });
    add_done_callback(Future<T>(self),
                      [self] { remove_done_callback(self->inner_, self->callback_); });
  }

 private:
  void inner_done() {
    if (this->cancelled()) return;
    if (inner_.cancelled()) {
      this->cancel();
    } else if (std::exception_ptr error = inner_.exception()) {
      this->set_exception(std::move(error));
    } else if constexpr (std::is_void_v<T>) {
      this->set_value({});
    } else {
      this->set_value(inner_.result());
    }
  }

  void abandon() noexcept override {
    const boost::intrusive_ptr<ShieldState> kept(this);
    listed_ = false;
    this->drop_callbacks();
    if (inner_.done()) return;
    remove_done_callback(inner_, callback_);
  }

  Future<T> inner_;
  DoneCallback* callback_ = nullptr;
  bool listed_ = true;
};

}  // namespace detail

/// A future of what `inner` gives; cancelling it leaves `inner` alone. Done already, it is `inner`.
template <class T>
Future<T> shield(Loop&, Future<T> inner) {
  if (inner.done()) return inner;
  const boost::intrusive_ptr<detail::ShieldState<T>> outer(
      new detail::ShieldState<T>(std::move(inner)));
  outer->begin();
  return Future<T>(outer);
}

/// The same for a coroutine, which becomes a task.
template <class T>
Future<T> shield(Loop& loop, Coroutine<T> inner) {
  return shield(loop, ensure_future(loop, std::move(inner)));
}

}  // namespace loopsteal::asyncio
