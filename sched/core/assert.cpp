#include "sched/core/assert.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace loopsteal::detail {

void assertion_failed(const char* condition, const char* message, const char* file,
                      int line) noexcept {
  std::fprintf(stderr, "loopsteal: %s (%s) at %s:%d\n", message, condition, file, line);
  std::abort();
}

void destroyed_too_early(const char* message) noexcept {
  if (std::uncaught_exceptions() == 0) {
    std::fprintf(stderr, "loopsteal: %s\n", message);
    std::abort();
  }
  std::fprintf(stderr,
               "loopsteal: an exception left a coroutine whose tasks still run: %s. Catch it "
               "there, and join before it goes on.\n",
               message);
  std::terminate();
}

}  // namespace loopsteal::detail
