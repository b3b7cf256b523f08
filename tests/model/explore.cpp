#include "tests/model/explore.hpp"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "tests/model/execution.hpp"
#include "tests/model/fiber.hpp"

namespace loopsteal::model {

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  out << outcome.executions << " schedules, " << (outcome.complete ? "all" : "not all")
      << " within the limits";
  if (!outcome.passed())
    out << "\n" << outcome.trace << outcome.failure << "\nLOOPSTEAL_REPLAY=" << outcome.schedule;
  return out;
}

Outcome replay(const Limits& limits, std::string_view schedule, const std::function<void()>& body) {
  Execution execution(limits);
  execution.follow(schedule);
  const LeaksTolerated tolerated;
  execution.run(body);
  Outcome outcome;
  outcome.executions = 1;
  outcome.failure = execution.failure();
  outcome.schedule = execution.schedule();
  outcome.trace = execution.trace();
  return outcome;
}

Outcome explore(const Limits& limits, const std::function<void()>& body) {
  const char* const wanted = std::getenv("LOOPSTEAL_REPLAY");  // NOLINT(concurrency-mt-unsafe)
  if (wanted != nullptr) {
    Outcome outcome = replay(limits, wanted, body);
    outcome.complete = true;  // All that was asked for.
    std::cerr << outcome << '\n' << (outcome.passed() ? outcome.trace : "");
    return outcome;
  }
  Outcome outcome;
  Execution execution(limits);
  const LeaksTolerated tolerated;
  while (!outcome.complete && outcome.executions < limits.executions_max) {
    execution.run(body);
    ++outcome.executions;
    if (!execution.failure().empty()) break;
    outcome.complete = !execution.advance();
  }
  if (!execution.failure().empty()) {
    // Once more, to see what happens in it.
    const Outcome again = replay(limits, execution.schedule(), body);
    outcome.failure = again.failure == execution.failure()
                          ? again.failure
                          : execution.failure() + ", which its replay does not show";
    outcome.schedule = execution.schedule();
    outcome.trace = again.trace;
  }
  return outcome;
}

void check(bool condition, const char* what) {
  if (!condition) fail(what);
}

void fail(const std::string& what) { Execution::current().stop_with(what); }
void point() { Execution::current().point(); }
std::uint32_t count_operation() { return ++knowledge().operations[this_thread()]; }
std::size_t this_thread() { return Execution::current().running(); }
Knowledge& knowledge() { return Execution::current().knowledge(); }
std::size_t choose_age(std::size_t count) { return Execution::current().choose_age(count); }
bool tracing() { return Execution::current().tracing(); }
void note(const std::string& what) { Execution::current().note(what); }
std::uint32_t next_object_number() { return Execution::current().next_object_number(); }

Thread::Thread(std::function<void()> body) : number_(Execution::current().start(std::move(body))) {}
void Thread::join() { Execution::current().join(number_); }

void Mutex::lock() {
  point();
  while (held_) Execution::current().block_on(this);
  held_ = true;
  knowledge().join(released_);
  count_operation();
  if (tracing()) note("lock");
}

void Mutex::unlock() {
  released_ = knowledge();
  held_ = false;
  Execution::current().wake(this);
  if (tracing()) note("unlock");
}

void Parker::park() {
  point();
  if (tracing()) note(token_ ? "park: goes on" : "park: waits");
  while (!token_) Execution::current().block_on(this);
  token_ = false;
  knowledge().join(released_);
  count_operation();
}

void Parker::unpark() {
  point();
  count_operation();
  released_.join(knowledge());
  token_ = true;
  Execution::current().wake(this);
  if (tracing()) note("unpark");
}

}  // namespace loopsteal::model
