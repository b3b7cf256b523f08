// A policy with one hook, whose name is HOOK: see hook_test.cmake.
#include "sched/contract.hpp"

namespace loopsteal {

class Hooked final : public PolicyDefaults {
 public:
  static constexpr Reactors kReactors = Reactors::shared;
  void submit(Job&, ReadyCause) noexcept {}
  bool submit_at(Timer&) noexcept { return false; }
  bool cancel(Timer&) noexcept { return false; }
  Step step(WorkerId) noexcept { return Step::park(kForever); }
  void begin_run() noexcept {}
  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  [[nodiscard]] std::size_t queue_depth(WorkerId) const noexcept { return 0; }
  [[nodiscard]] bool conserves_work() const noexcept { return false; }
  [[nodiscard]] bool HOOK() const noexcept override { return false; }
};
static_assert(Policy<Hooked>);

}  // namespace loopsteal
