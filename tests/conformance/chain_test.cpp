// Laws about awaited children: they run in constant stack, and nobody else's scheduler is
// disturbed.
#include <cstdint>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

Task<std::uint64_t> successor(std::uint64_t x) { co_return x + 1; }

Task<void> await_many(std::uint64_t count, std::uint64_t& result) {
  std::uint64_t x = 0;
  for (std::uint64_t i = 0; i < count; ++i) x = co_await successor(x);
  result = x;
}

Task<std::uint64_t> depth_below(std::uint64_t levels) {
  if (levels == 0) co_return 0;
  const std::uint64_t below = co_await depth_below(levels - 1);
  co_return below + 1;
}

Task<void> await_deep(std::uint64_t levels, std::uint64_t& depth) {
  depth = co_await depth_below(levels);
}

Task<std::uint64_t> fail_below(std::uint64_t levels) {
  if (levels == 0) throw std::runtime_error("from the bottom");
  const std::uint64_t below = co_await fail_below(levels - 1);
  co_return below;
}

Task<void> await_deep_failure(std::uint64_t levels, bool& caught) {
  try {
    static_cast<void>(co_await fail_below(levels));
  } catch (const std::runtime_error&) {
    caught = true;
  }
}

class Awaiting : public Laws {};
LOOPSTEAL_LAWS(Awaiting, default_specs_everywhere);

// The stack of a worker is a few megabytes: a frame or two each would overflow it.
TEST_P(Awaiting, AMillionChildrenThatEndAtOnceNeedConstantStack) {
  with_one_worker([](Scheduler& scheduler) {
    std::uint64_t result = 0;
    run(scheduler, await_many(1'000'000, result));
    EXPECT_EQ(result, 1'000'000u);
  });
}

TEST_P(Awaiting, ChildrenAHundredThousandDeepNeedConstantStack) {
  with_one_worker([](Scheduler& scheduler) {
    std::uint64_t depth = 0;
    run(scheduler, await_deep(100'000, depth));
    EXPECT_EQ(depth, 100'000u);
  });
}

TEST_P(Awaiting, AnExceptionRisesThroughTenThousandChildren) {
  with_one_worker([](Scheduler& scheduler) {
    bool caught = false;
    run(scheduler, await_deep_failure(10'000, caught));
    EXPECT_TRUE(caught);
  });
}

}  // namespace
}  // namespace loopsteal::laws
