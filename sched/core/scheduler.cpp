#include "sched/core/scheduler.hpp"

#include <cstdio>
#include <utility>

#include "sched/core/sync/cancel.hpp"

namespace loopsteal {
namespace {

void print(const std::exception_ptr& error) noexcept {
  constexpr const char* kFormat = "loopsteal: an exception escaped a callback: %s\n";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, kFormat, exception.what());
  } catch (const Cancelled& cancelled) {
    std::fprintf(stderr, kFormat, cancelled.what());
  } catch (...) {
    std::fprintf(stderr, kFormat, "of an unknown type");
  }
}

}  // namespace

void Scheduler::report_exception(std::exception_ptr error) noexcept {
  if (exception_handler_) {
    try {
      return exception_handler_(error);
    } catch (...) {
      print(std::current_exception());  // The handler's own exception; the given one follows.
    }
  }
  print(error);
}

}  // namespace loopsteal
