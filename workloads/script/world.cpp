#include "workloads/script/world.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sched/core/config/knobs.hpp"

namespace loopsteal::script {
namespace {

using asyncio::detail::FutureBase;

template <class First, class Second, class... Arguments>
void emplace(std::deque<std::variant<First, Second>>& list, bool second, Arguments&&... arguments) {
  if (second) {
    list.emplace_back(std::in_place_type<Second>, std::forward<Arguments>(arguments)...);
  } else {
    list.emplace_back(std::in_place_type<First>, std::forward<Arguments>(arguments)...);
  }
}

}  // namespace

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Cancelled&) {
    return "CancelledError: ";
  } catch (const ScriptError& e) {
    return std::string("ScriptError: ") + e.what();
  } catch (const asyncio::TimeoutError& e) {
    return std::string("TimeoutError: ") + e.what();
  } catch (const asyncio::ExceptionGroup& e) {
    return std::string("ExceptionGroup: ") + e.what();
  } catch (const std::exception& e) {
    return std::string("RuntimeError: ") + e.what();
  }
}

World::World(const Program& program, asyncio::Loop& loop, const WorldOptions& options, Trace* trace)
    : program_(program),
      loop_(loop),
      words_(options.words),
      tick_(options.tick),
      budget_(loop),
      trace_(trace),
      began_(loop.time()),
      starts_(program.tasks.size()),
      handles_(program.handles.size()),
      timers_(program.timers.size()) {
  const bool tokio = words_ == Words::tokio_1_24;
  for (std::size_t i = 0; i < program.events.size(); ++i) emplace(events_, tokio, loop);
  for (std::size_t i = 0; i < program.locks.size(); ++i) locks_.emplace_back(loop);
  for (const std::uint64_t permits : program.semaphores) emplace(semaphores_, tokio, loop, permits);
  for (const std::uint64_t size : program.queues)
    emplace(queues_, tokio, loop, static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < program.futures.size(); ++i)
    futures_.push_back(asyncio::create_future(loop));
  received_.resize(program.futures.size());
}

asyncio::Task<void> World::start() { return start_task(program_.main); }

std::int64_t World::ticks() const noexcept { return (loop_.time() - began_) / tick_; }

void World::tell(std::string_view task, std::string_view text) {
  ++lines_;
  if (trace_ != nullptr && !over_) trace_->line(loop_.scheduler().iteration(), ticks(), task, text);
}

void World::misuse(const Op& op, std::string sentence) {
  if (misuse_) return;
  misuse_ = Misuse{op.place, std::move(sentence)};
  over_ = true;
  misused();
}

Duration World::duration(const Op& op) {
  // Half of the range of 64-bit nanoseconds, 146 years, so that no sum of two times overflows.
  constexpr std::int64_t kLongestNs = std::numeric_limits<std::int64_t>::max() / 2;
  std::int64_t ns = 0;
  const bool overflows = __builtin_mul_overflow(op.number, tick_.count(), &ns);
  // A time before the program's beginning has the same effect as the beginning.
  if (op.number < 0) return overflows || ns < -kLongestNs ? Duration(-kLongestNs) : Duration(ns);
  const std::int64_t passed_ns = loop_.time().time_since_epoch().count();
  if (!overflows && ns <= kLongestNs - passed_ns) return Duration(ns);
  misuse(op, std::to_string(op.number) + " ticks of " + print_duration(tick_) +
                 " end more than 146 years after the run's begin, where time ends; take fewer "
                 "ticks or a shorter tick.");
  return Duration::zero();
}

void World::cancel(const Op& op) {
  const auto& handle = handles_[op.name];
  if (!handle)
    return misuse(op, "the handle \"" + program_.handles[op.name] +
                          "\" has not been spawned yet; spawn it first.");
  if (words_ == Words::tokio_1_24) {
    handle->abort();
    return;
  }
  if (waits_in_a_circle(handle->state().get()))
    return misuse(op, "the tasks that this would cancel wait for each other in a circle.");
  handle->cancel();
}

void World::set_timer(const Op& op, TimePoint when) {
  timers_[op.name] = asyncio::call_at(loop_, when, [this, &op] { tell("callback", op.text); });
}

bool World::waits_in_a_circle(FutureBase* task) const {
  std::vector<FutureBase*> path;
  const std::function<bool(FutureBase*)> comes_back = [&](FutureBase* at) {
    if (std::ranges::find(path, at) != path.end()) return true;
    const auto wait = waits_.find(at);
    if (wait == waits_.end() || wait->second.awaited->done() || at->done()) return false;
    path.push_back(at);
    const bool circle = std::ranges::any_of(wait->second.cancelled_with_it, comes_back);
    path.pop_back();
    return circle;
  };
  return comes_back(task);
}

}  // namespace loopsteal::script
