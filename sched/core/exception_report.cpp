#include "sched/core/exception_report.hpp"

#include <cstdio>
#include <utility>

#include "sched/core/cancel.hpp"

namespace loopsteal::detail {
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

void report_exception(const Scheduler::ExceptionHandler& handler,
                      std::exception_ptr error) noexcept {
  if (handler) {
    try {
      return handler(error);
    } catch (...) {
      print(std::current_exception());  // The handler's own exception; the given one follows.
    }
  }
  print(error);
}

}  // namespace loopsteal::detail
