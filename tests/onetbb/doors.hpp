// Both doors of oneTBB's arena, with several numbers of workers: what tests of this folder run
// over.
#pragma once
#include <memory>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "sched/onetbb/onetbb_scheduler.hpp"

namespace loopsteal {

using DoorAndWorkers = std::tuple<Door, WorkerId>;

class Doors : public testing::TestWithParam<DoorAndWorkers> {
 protected:
  [[nodiscard]] static Door door() { return std::get<0>(GetParam()); }
  [[nodiscard]] static WorkerId workers() { return std::get<1>(GetParam()); }

  [[nodiscard]] static std::unique_ptr<Scheduler> make() {
    OneTbbOptions options;
    options.door = door();
    return std::make_unique<OneTbbScheduler>("onetbb", workers(), options);
  }
};

inline std::string door_name(const testing::TestParamInfo<DoorAndWorkers>& info) {
  return std::string(std::get<0>(info.param) == Door::enqueue ? "enqueue" : "task_group") + "_" +
         std::to_string(std::get<1>(info.param));
}

}  // namespace loopsteal

#define LOOPSTEAL_BOTH_DOORS(fixture)                                                              \
  INSTANTIATE_TEST_SUITE_P(                                                                        \
      OneTbb, fixture,                                                                             \
      testing::Combine(testing::Values(::loopsteal::Door::enqueue, ::loopsteal::Door::task_group), \
                       testing::Values(1u, 2u, 4u)),                                               \
      ::loopsteal::door_name)
