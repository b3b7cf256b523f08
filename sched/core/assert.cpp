#include "sched/core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace loopsteal::detail {

void assertion_failed(const char* condition, const char* message, const char* file,
                      int line) noexcept {
  std::fprintf(stderr, "loopsteal: %s (%s) at %s:%d\n", message, condition, file, line);
  std::abort();
}

}  // namespace loopsteal::detail
