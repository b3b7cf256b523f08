// Objects side by side that never move.
#include "sched/core/fixed_array.hpp"

#include <cstdint>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

/// Can be neither copied nor moved, is on a line of its own, and says when it goes.
struct alignas(64) Fixed {
  Fixed(std::vector<int>& gone_list, int own_number) : gone(gone_list), number(own_number) {
    if (number < 0) throw std::runtime_error("no such number");
  }
  Fixed(const Fixed&) = delete;
  Fixed& operator=(const Fixed&) = delete;
  ~Fixed() { gone.push_back(number); }

  std::vector<int>& gone;
  const int number;
};

TEST(FixedArray, KeepsThemSideBySideWhereTheyWereMade) {
  std::vector<int> gone;
  {
    FixedArray<Fixed> array(3);
    EXPECT_EQ(array.size(), 0u);
    std::vector<Fixed*> made;
    for (int i = 0; i < 3; ++i) made.push_back(&array.emplace_back(gone, i));
    ASSERT_EQ(array.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(&array[i], made[0] + i);
      EXPECT_EQ(&array[i], made[i]);
      EXPECT_EQ(array[i].number, static_cast<int>(i));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&array[i]) % alignof(Fixed), 0u);
    }
    EXPECT_TRUE(gone.empty());
  }
  EXPECT_EQ(gone, (std::vector<int>{0, 1, 2}));
}

TEST(FixedArray, DestroysThoseThatWereMade) {
  std::vector<int> gone;
  {
    FixedArray<Fixed> array(3);
    array.emplace_back(gone, 7);
    EXPECT_THROW(array.emplace_back(gone, -1), std::runtime_error);
    EXPECT_EQ(array.size(), 1u);
  }
  EXPECT_EQ(gone, (std::vector<int>{7}));
}

TEST(FixedArrayDeathTest, TakesNoMoreThanItWasMadeFor) {
  std::vector<int> gone;
  FixedArray<Fixed> array(1);
  array.emplace_back(gone, 1);
  EXPECT_DEATH(array.emplace_back(gone, 2), "as many as it was made for");
}

}  // namespace
}  // namespace loopsteal
