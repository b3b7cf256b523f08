// Waiting for several futures at once (CPython: Lib/asyncio/tasks.py, gather).
#pragma once
#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "sched/asyncio/future.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

/// What gather() gives: the results in the order of the futures; nothing for futures of nothing.
template <class T>
using Gathered = std::conditional_t<std::is_void_v<T>, void, std::vector<T>>;

namespace detail {

/// Cancelling it cancels the children; it is done when they are. It keeps them and they keep it,
/// until they are done or the loop ends.
template <class T>
class GatheringState final : public FutureState<Gathered<T>>, private Pending {
 public:
  using Base = FutureState<Gathered<T>>;

  GatheringState(Loop& loop, std::vector<Future<T>> children)
      : Base(loop), children_(std::move(children)) {
    for (const Future<T>& child : children_)
      if (&child.state()->loop() != &loop)
        throw std::invalid_argument("gather: a future belongs to another loop");
    loop.add(*this);
    listed_ = true;
  }
  ~GatheringState() override {
    if (listed_) this->loop().remove(*this);
  }

  bool cancel() noexcept override {
    if (this->done()) return false;
    bool some = false;
    for (const Future<T>& child : children_) some |= child.cancel();
    cancel_requested_ |= some;
    return some;
  }

  void child_done(std::size_t index) {
    ++finished_;
    if (this->done()) return;
    const Future<T>& child = children_[index];
    if (child.cancelled()) return this->set_exception(std::make_exception_ptr(Cancelled{}));
    if (std::exception_ptr error = child.exception()) return this->set_exception(std::move(error));
    if (finished_ != children_.size()) return;
    if (cancel_requested_) return this->set_exception(std::make_exception_ptr(Cancelled{}));
    this->set_value(results());
  }

 private:
  typename Base::Value results() const {
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      std::vector<T> values;
      for (const Future<T>& child : children_) values.push_back(child.result());
      return values;
    }
  }

  void abandon() noexcept override {
    const boost::intrusive_ptr<GatheringState> kept(this);  // The children's callbacks hold it.
    listed_ = false;
    children_.clear();
  }

  std::vector<Future<T>> children_;
  std::size_t finished_ = 0;
  bool listed_ = false;  ///< Among what the loop clears away.
  bool cancel_requested_ = false;
};

}  // namespace detail

/// A future of what all of `futures` give. The first that fails, or is cancelled, makes it fail;
/// the others go on. With none it is done at once. Throws std::invalid_argument if one belongs to
/// another loop.
template <class T>
Future<Gathered<T>> gather(Loop& loop, std::vector<Future<T>> futures) {
  using State = detail::GatheringState<T>;
  const boost::intrusive_ptr<State> outer(new State(loop, futures));
  if (futures.empty()) outer->set_value({});
  // By number: a callback that held its own future would never let it go.
  for (std::size_t i = 0; i < futures.size(); ++i)
    add_done_callback(futures[i], [outer, i] { outer->child_done(i); });
  return Future<Gathered<T>>(outer);
}

/// The same for coroutines, each of which becomes a task.
template <class T>
Future<Gathered<T>> gather(Loop& loop, std::vector<Coroutine<T>> coroutines) {
  std::vector<Future<T>> tasks;
  for (Coroutine<T>& coroutine : coroutines)
    tasks.push_back(create_task(loop, std::move(coroutine)));
  return gather(loop, std::move(tasks));
}

}  // namespace loopsteal::asyncio
