// What stress tests push through the queues: items that count how often they are taken, and whose
// payload is plain memory, so that TSan tells when a taker need not see what the maker wrote.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal::stress {

struct Item {
  Item* next = nullptr;
  std::uint32_t payload = 0;
  std::atomic<std::uint32_t> taken{0};
};

class Items {
 public:
  explicit Items(std::size_t count) : items_(count) {}

  Item& make(std::size_t number) {
    items_[number].payload = static_cast<std::uint32_t>(number) + 1;
    return items_[number];
  }

  /// Any thread. relaxed: counts, which are read after all threads have been joined, or to end
  /// loops.
  void take(Item& item) {
    payload_sum_.fetch_add(item.payload, std::memory_order_relaxed);
    item.taken.fetch_add(1, std::memory_order_relaxed);
    taken_.fetch_add(1, std::memory_order_relaxed);
  }

  [[nodiscard]] bool all_taken() const {
    return taken_.load(std::memory_order_relaxed) >= items_.size();
  }

  [[nodiscard]] std::size_t size() const { return items_.size(); }

  [[nodiscard]] std::size_t number_of(const Item& item) const {
    return static_cast<std::size_t>(&item - items_.data());
  }

  void expect_each_taken_once() const {
    std::size_t wrong = 0;
    for (const Item& item : items_)
      if (item.taken.load(std::memory_order_relaxed) != 1) ++wrong;
    EXPECT_EQ(wrong, 0u) << "items were lost or taken twice";
    const std::uint64_t count = items_.size();
    EXPECT_EQ(payload_sum_.load(std::memory_order_relaxed), count * (count + 1) / 2);
  }

 private:
  std::vector<Item> items_;
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::uint64_t> payload_sum_{0};
};

}  // namespace loopsteal::stress
