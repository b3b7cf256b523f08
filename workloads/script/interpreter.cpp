// Execution of a scripted program's operations. act() does the ones that end at once, wait() the
// ones that may suspend, nest() the ones that contain other operations.
#include <utility>

#include "sched/core/coro/verbs.hpp"
#include "workloads/script/world.hpp"

namespace loopsteal::script {

using asyncio::Coroutine;
using asyncio::Future;
using asyncio::Task;
using asyncio::detail::FutureBase;

namespace {

/// Lets other tasks run while the task that holds this computes.
class OthersIn {
 public:
  explicit OthersIn(asyncio::Loop& loop) noexcept : loop_(loop) { loop_.let_others_in(); }
  OthersIn(const OthersIn&) = delete;
  OthersIn& operator=(const OthersIn&) = delete;
  ~OthersIn() { loop_.enter(); }

 private:
  asyncio::Loop& loop_;
};

bool catches(Catches kind, const std::exception_ptr& error) {
  const bool any = kind == Catches::any;
  try {
    std::rethrow_exception(error);
  } catch (const ScriptError&) {
    return any || kind == Catches::error;
  } catch (const asyncio::TimeoutError&) {
    return any || kind == Catches::timeout;
  } catch (const Cancelled&) {
    return any || kind == Catches::cancelled;
  } catch (const asyncio::ExceptionGroup&) {
    return any;
  } catch (...) {
    return false;
  }
}

}  // namespace

class World::NotedWait {
 public:
  NotedWait(World& world, FutureBase& task, Wait wait) : world_(world), task_(&task) {
    world_.waits_.insert_or_assign(task_, std::move(wait));
  }
  NotedWait(const NotedWait&) = delete;
  NotedWait& operator=(const NotedWait&) = delete;
  ~NotedWait() { world_.waits_.erase(task_); }

 private:
  World& world_;
  FutureBase* const task_;
};

Task<void> World::start_task(NameId task) { return asyncio::create_task(loop_, body(task)); }

Coroutine<void> World::body(NameId task) {
  return run_task(task, program_.tasks[task].name + "." + std::to_string(++starts_[task]));
}

Coroutine<void> World::run_task(NameId task, std::string self) {
  const bool main = task == program_.main && self.ends_with(".1");
  std::exception_ptr error;
  try {
    co_await run(program_.tasks[task].ops, self);
  } catch (...) {
    error = std::current_exception();
  }
  if (main && words_ == Words::tokio_1_24) over_ = true;
  if (error) std::rethrow_exception(error);
}

Coroutine<World::Flow> World::run(const Ops& ops, const std::string& self) {
  for (const Op& op : ops) {
    if (over_) co_return Flow::returned;
    ++operations_;
    switch (op.code) {
      case OpCode::return_:
        co_return Flow::returned;
      case OpCode::repeat:
      case OpCode::try_:
      case OpCode::timeout: {
        const Flow flow = co_await nest(op, self);
        if (flow == Flow::returned) co_return flow;
        break;
      }
      case OpCode::yield:
      case OpCode::sleep:
      case OpCode::compute:
      case OpCode::join:
      case OpCode::event_wait:
      case OpCode::acquire:
      case OpCode::sem_acquire:
      case OpCode::put:
      case OpCode::get:
      case OpCode::future_wait:
      case OpCode::gather:
      case OpCode::task_group:
      case OpCode::wait_for:
        if (words_ == Words::asyncio) {
          co_await wait(op, self);
        } else {
          co_await wait_in_tokios_words(op, self);
        }
        break;
      default:
        act(op, self);
    }
  }
  co_return Flow::next;
}

void World::act(const Op& op, const std::string& self) {
  switch (op.code) {
    case OpCode::log:
      return tell(self, op.text);
    case OpCode::spawn:
      handles_[op.name] = start_task(op.tasks[0]);
      return;
    case OpCode::cancel:
      return cancel(op);
    case OpCode::call_soon:
      asyncio::call_soon(loop_, [this, &op] { tell("callback", op.text); });
      return;
    case OpCode::call_later:
      return set_timer(op, later(loop_.time(), duration(op)));
    case OpCode::call_at:
      return set_timer(op, began_ + duration(op));
    case OpCode::cancel_timer:
      if (!timers_[op.name])
        return misuse(op, "the timer \"" + program_.timers[op.name] +
                              "\" has not been made yet; call_later or call_at makes it.");
      return timers_[op.name]->cancel();
    case OpCode::event_set:
      return std::visit([](auto& event) { event.set(); }, events_[op.name]);
    case OpCode::event_clear:
      return std::visit([](auto& event) { event.clear(); }, events_[op.name]);
    case OpCode::release:
      if (!locks_[op.name].locked())
        return misuse(op, "the lock \"" + program_.locks[op.name] +
                              "\" is free; acquire it before it is released.");
      return locks_[op.name].release();
    case OpCode::sem_release:
      return std::visit([](auto& semaphore) { semaphore.release(); }, semaphores_[op.name]);
    case OpCode::future_set:
      if (!futures_[op.name].done()) futures_[op.name].set_result();
      return;
    case OpCode::raise:
      throw ScriptError(op.text);
    case OpCode::stop:
      return loop_.stop();
    default:
      return;
  }
}

Coroutine<void> World::wait(const Op& op, const std::string& self) {
  switch (op.code) {
    case OpCode::yield:
      return asyncio::sleep(loop_, Duration::zero());
    case OpCode::sleep:
      return asyncio::sleep(loop_, duration(op));
    case OpCode::compute:
      return compute_for(duration(op));
    case OpCode::event_wait:
      return std::visit([](auto& event) { return event.wait(); }, events_[op.name]);
    case OpCode::acquire:
      return locks_[op.name].acquire();
    case OpCode::sem_acquire:
      return std::visit([](auto& semaphore) { return semaphore.acquire(); }, semaphores_[op.name]);
    case OpCode::put:
      return std::visit([&](auto& queue) { return queue.put(op.text); }, queues_[op.name]);
    case OpCode::get:
      return get(op, self);
    case OpCode::future_wait:
      return await(futures_[op.name]);
    case OpCode::join:
      return join(op);
    case OpCode::gather:
      return gather(op);
    case OpCode::task_group:
      return group(op);
    default:
      return asyncio::wait_for(loop_, body(op.tasks[0]), duration(op));
  }
}

Coroutine<void> World::wait_in_tokios_words(const Op& op, const std::string& self) {
  switch (op.code) {
    case OpCode::join:
    case OpCode::sem_acquire:
      return budget_.spent_by(wait(op, self));
    case OpCode::future_wait:
      return receive(op);
    default:
      return wait(op, self);
  }
}

// A oneshot is received once; afterwards every task gets its value.
Coroutine<void> World::receive(const Op& op) {
  if (received_[op.name]) co_return;
  co_await budget_.spent_by(await(futures_[op.name]));
  received_[op.name] = true;
}

Coroutine<void> World::await(Future<void> future) { co_await future; }

Coroutine<void> World::compute_for(Duration duration) {
  const OthersIn others(loop_);
  co_await compute(Work::of(duration));
}

Coroutine<void> World::get(const Op& op, const std::string& self) {
  const std::string value =
      co_await std::visit([](auto& queue) { return queue.get(); }, queues_[op.name]);
  tell(self, "got " + value);
}

Coroutine<void> World::join(const Op& op) {
  if (!handles_[op.name]) {
    misuse(op, "the handle \"" + program_.handles[op.name] +
                   "\" has not been spawned yet; spawn it first.");
    co_return;
  }
  const Task<void> task = *handles_[op.name];
  auto& me = co_await asyncio::this_task();
  if (task.state().get() == &me.future) {
    misuse(op, "a task cannot wait for its own end.");
    co_return;
  }
  const NotedWait noted(*this, me.future, {task.state().get(), {task.state().get()}});
  co_await task;
}

Coroutine<void> World::gather(const Op& op) {
  std::vector<Future<void>> tasks;
  for (const NameId task : op.tasks) tasks.push_back(start_task(task));
  std::vector<FutureBase*> children;
  for (const Future<void>& task : tasks) children.push_back(task.state().get());
  auto& me = co_await asyncio::this_task();
  const Future<void> all = asyncio::gather(loop_, std::move(tasks));
  const NotedWait noted(*this, me.future, {all.state().get(), std::move(children)});
  co_await all;
}

Coroutine<void> World::group(const Op& op) {
  auto& me = co_await asyncio::this_task();
  asyncio::TaskGroup tasks(loop_, me);
  for (const NameId task : op.tasks) tasks.create_task(body(task));
  co_await tasks.join();
}

Coroutine<World::Flow> World::nest(const Op& op, const std::string& self) {
  switch (op.code) {
    case OpCode::repeat:
      return repeat(op, self);
    case OpCode::timeout:
      return within(op, self);
    default:
      return try_catch(op, self);
  }
}

Coroutine<World::Flow> World::repeat(const Op& op, const std::string& self) {
  for (std::int64_t i = 0; i < op.number; ++i) {
    const Flow flow = co_await run(op.body, self);
    if (flow == Flow::returned) co_return flow;
  }
  co_return Flow::next;
}

Coroutine<World::Flow> World::within(const Op& op, const std::string& self) {
  const Flow flow = co_await asyncio::timeout(loop_, duration(op), run(op.body, self));
  co_return flow;
}

// As in Python, a return in `finally` swallows a return or exception in flight.
Coroutine<World::Flow> World::try_catch(const Op& op, const std::string& self) {
  Flow flow = Flow::next;
  std::exception_ptr error;
  try {
    flow = co_await run(op.body, self);
  } catch (...) {
    error = std::current_exception();
  }
  if (error && catches(op.catches, error)) {
    error = nullptr;
    try {
      flow = co_await run(op.handler, self);
    } catch (...) {
      error = std::current_exception();
    }
  }
  const Flow last = co_await run(op.finally, self);
  if (last == Flow::returned) co_return last;
  if (error) std::rethrow_exception(error);
  co_return flow;
}

}  // namespace loopsteal::script
