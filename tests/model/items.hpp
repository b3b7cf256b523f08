// What model tests push through the queues: items that notice when they are taken twice, or by
// somebody who need not see what their maker wrote.
#pragma once
#include <array>
#include <cstddef>

#include "tests/model/explore.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {

struct Item {
  int number = 0;
  ModelCell<Item*> next;  ///< The link of injectors and overflowing run queues.
  ModelCell<int> payload;
  bool taken = false;
};

inline constexpr int kPayload = 1000;  ///< Plus the item's number.

/// The items of one schedule, numbered from 0.
template <std::size_t kCount>
class Items {
 public:
  Items() {
    int number = 0;
    for (Item& item : items_) item.number = number++;
  }

  /// Made by the calling thread, and so ready to be pushed by it.
  Item& make(int number) {
    Item& item = items_.at(static_cast<std::size_t>(number));
    item.payload.store(kPayload + number);
    return item;
  }

  /// By whoever took `item` out of a queue.
  void take(Item& item) {
    check(!item.taken, "an item was taken twice");
    item.taken = true;
    check(item.payload.load() == kPayload + item.number, "an item was taken unseen");
  }

  /// The same, for one taker of a FIFO queue with one producer: `latest` is its last item's number.
  void take_in_order(Item& item, int& latest) {
    take(item);
    check(item.number > latest, "items were taken out of order");
    latest = item.number;
  }

  void check_all_taken() const {
    for (const Item& item : items_) check(item.taken, "an item was lost");
  }

 private:
  std::array<Item, kCount> items_;
};

}  // namespace loopsteal::model
