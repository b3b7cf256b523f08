#include "tests/model/execution.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace loopsteal::model {
namespace {

constexpr std::uint32_t kPointsMax = 20'000;  // Far above what a test here needs.

Execution* running_execution = nullptr;  // Fibers have no argument to be handed it in.

}  // namespace

Execution& Execution::current() {
  if (running_execution == nullptr)
    throw std::logic_error("model objects are made and used inside explore()");
  return *running_execution;
}

void Execution::run(const std::function<void()>& body) {
  if (running_execution != nullptr) throw std::logic_error("explorations do not nest");
  running_execution = this;
  for (ModelThread& thread : threads_) thread.state = State::unused;
  position_ = running_ = 0;
  objects_ = points_ = 0;
  preemptions_ = stale_loads_ = 0;
  threads_[0].knowledge = {};
  start(body);
  explorer_.switch_to(threads_[0].fiber, false);
  running_execution = nullptr;
}

bool Execution::advance() {
  while (!choices_.empty() && choices_.back().chosen + 1 == choices_.back().count)
    choices_.pop_back();
  if (choices_.empty()) return false;
  ++choices_.back().chosen;
  return true;
}

std::size_t Execution::choose(std::size_t count) {
  if (count == 1) return 0;
  if (position_ == choices_.size()) {
    Choice choice{0, static_cast<std::uint8_t>(count)};
    for (const auto& [position, chosen] : wanted_)
      if (position == position_) choice.chosen = chosen;
    choices_.push_back(choice);
  }
  const Choice choice = choices_[position_++];
  if (choice.count != count || choice.chosen >= count)
    stop_with("the schedule is not one of this test, or the test is not deterministic");
  return choice.chosen;
}

std::string Execution::schedule() const {
  std::string text;
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i].chosen == 0) continue;
    if (!text.empty()) text += ',';
    text += std::to_string(i) + '=' + std::to_string(choices_[i].chosen);
  }
  return text.empty() ? "0=0" : text;
}

void Execution::follow(std::string_view schedule) {
  std::string rest(schedule);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::size_t equals = rest.find('=');
    if (equals == std::string::npos || equals > comma)
      throw std::invalid_argument("a schedule reads position=choice,position=choice,...");
    wanted_.emplace_back(std::stoul(rest.substr(0, equals)),
                         static_cast<std::uint8_t>(std::stoul(rest.substr(equals + 1))));
    rest.erase(0, comma + 1);
  }
  tracing_ = true;
}

std::size_t Execution::start(std::function<void()> body) {
  std::size_t number = 0;
  while (number < kThreadsMax && threads_[number].state != State::unused) ++number;
  if (number == kThreadsMax) stop_with("more threads than the model has");
  ModelThread& thread = threads_[number];
  thread.fiber.prepare(&Execution::enter);
  thread.body = std::move(body);
  thread.state = State::ready;
  threads_[running_].fresh = false;  // It has done something: started this one.
  thread.fresh = true;
  thread.knowledge = knowledge();
  thread.knowledge.operations[number] = 1;
  return number;
}

void Execution::enter() {
  Execution& execution = current();
  Fiber::entered(execution.explorer_);
  ModelThread& self = execution.threads_[execution.running_];
  try {
    self.body();
  } catch (const std::exception& error) {
    execution.stop_with(std::string("exception: ") + error.what());
  }
  self.body = nullptr;
  self.state = State::finished;
  execution.wake(&self);
  execution.switch_to_another();
}

void Execution::point() {
  if (++points_ > kPointsMax) stop_with("livelock: the schedule does not end");
  if (std::exchange(threads_[running_].fresh, false)) return;
  if (preemptions_ == limits_.preemptions_max) return;
  std::array<std::size_t, kThreadsMax> others{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < kThreadsMax; ++i)
    if (i != running_ && threads_[i].state == State::ready) others[count++] = i;
  const std::size_t chosen = choose(count + 1);
  if (chosen == 0) return;
  ++preemptions_;
  switch_to(others[chosen - 1]);
}

std::size_t Execution::choose_age(std::size_t count) {
  if (stale_loads_ == limits_.stale_loads_max) return 0;
  const std::size_t age = choose(count);
  if (age != 0) ++stale_loads_;
  return age;
}

void Execution::switch_to(std::size_t thread) {
  ModelThread& from = threads_[running_];
  running_ = thread;
  from.fiber.switch_to(threads_[thread].fiber, from.state == State::finished);
}

/// The running thread cannot go on.
void Execution::switch_to_another() {
  std::array<std::size_t, kThreadsMax> others{};
  std::size_t count = 0;
  bool somebody_waits = false;
  for (std::size_t i = 0; i < kThreadsMax; ++i) {
    if (threads_[i].state == State::ready) others[count++] = i;
    if (threads_[i].state == State::blocked) somebody_waits = true;
  }
  if (count != 0) return switch_to(others[choose(count)]);
  if (somebody_waits) stop_with("deadlock: every thread waits");
  leave_to_explorer();
}

void Execution::leave_to_explorer() { threads_[running_].fiber.switch_to(explorer_, true); }

/// Abandons the threads where they are: they may be in noexcept functions, so nothing is unwound.
void Execution::stop_with(const std::string& what) {
  failure_ = what;
  leave_to_explorer();
  std::abort();  // Nobody switches back.
}

void Execution::block_on(const void* what) {
  threads_[running_].state = State::blocked;
  threads_[running_].waits_for = what;
  switch_to_another();
}

void Execution::wake(const void* what) {
  for (ModelThread& thread : threads_)
    if (thread.state == State::blocked && thread.waits_for == what) thread.state = State::ready;
}

void Execution::join(std::size_t thread) {
  if (threads_[thread].state != State::finished) block_on(&threads_[thread]);
  knowledge().join(threads_[thread].knowledge);
}

}  // namespace loopsteal::model
