// Shared memory for exploring: atomics that are as weak as C++ allows, plain cells that know when
// they race, and the Atomics parameter that puts them under the queues.
//
// An atomic keeps its latest stores. A load may return any of them that is not older than what the
// loading thread knows of: one that it has read or written, or whose reading or writing happened
// before (coherence). An acquire load learns what the store released; a read-modify-write returns
// the newest store and hands on what that released (a release sequence). seq_cst operations have
// one order, that in which they execute: such a load returns nothing older than the latest seq_cst
// store to its object, or than a seq_cst load of it has seen. They do not order other operations
// more than acquire and release do, which is the weaker, and so the stricter, reading of the
// standard.
//
// Not explored: stores that take effect in another order than they execute, loads that see a later
// store (load buffering), compare-exchanges that fail without reason, or for reading a stale value.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "sched/atomics.hpp"
#include "sched/core/time.hpp"
#include "tests/model/explore.hpp"

namespace loopsteal::model {

inline bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
inline bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

template <class T>
std::string text_of(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return value == nullptr ? "null" : "a pointer";
  } else if constexpr (std::is_same_v<T, TimePoint>) {
    return std::to_string(value.time_since_epoch().count());
  } else {
    return std::to_string(value);
  }
}

/// As much of std::atomic as the queues use.
template <class T>
class ModelAtomic {
 public:
  ModelAtomic() : ModelAtomic(T{}) {}
  explicit ModelAtomic(T value) { append(value, count_operation(), Knowledge{}); }
  ModelAtomic(const ModelAtomic&) = delete;
  ModelAtomic& operator=(const ModelAtomic&) = delete;

  T load(std::memory_order order) const {
    point();
    const std::uint32_t operation = count_operation();
    const bool ordered = order == std::memory_order_seq_cst;
    std::uint64_t oldest = oldest_allowed();
    if (ordered) oldest = std::max(oldest, ordered_);
    const std::size_t age = choose_age(static_cast<std::size_t>(newest_ - oldest) + 1);
    const std::uint64_t chosen = newest_ - age;
    Store& store = at(chosen);
    see(store, operation);
    if (acquires(order)) knowledge().join(store.released);
    if (ordered) ordered_ = std::max(ordered_, chosen);
    if (tracing()) tell("load", store.value, age == 0 ? "" : ", " + std::to_string(age) + " old");
    return store.value;
  }

  void store(T value, std::memory_order order) {
    point();
    const std::uint32_t operation = count_operation();
    append(value, operation, releases(order) ? knowledge() : Knowledge{});
    if (order == std::memory_order_seq_cst) ordered_ = newest_;
    if (tracing()) tell("store", value);
  }

  T fetch_add(T value, std::memory_order order) {
    return modify([value](T old) { return static_cast<T>(old + value); }, order);
  }
  T fetch_sub(T value, std::memory_order order) {
    return modify([value](T old) { return static_cast<T>(old - value); }, order);
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) {
    point();
    Store& newest = at(newest_);
    if (newest.value == expected) {
      replace(desired, success);
      return true;
    }
    see(newest, count_operation());
    if (acquires(failure)) knowledge().join(newest.released);
    expected = newest.value;
    if (tracing()) tell("failed exchange", newest.value);
    return false;
  }

 private:
  /// Older stores than these are forgotten: never read, which only makes the search smaller.
  static constexpr std::size_t kStoresKept = 8;

  struct Store {
    T value;
    Knowledge released;  ///< What a thread learns that acquires it.
    Knowledge seen;      ///< By thread, its first operation that read or wrote this store; 0: none.
  };

  Store& at(std::uint64_t index) const { return stores_[index % kStoresKept]; }

  static void see(Store& store, std::uint32_t operation) {
    std::uint32_t& first = store.seen.operations[this_thread()];
    if (first == 0) first = operation;
  }

  void append(T value, std::uint32_t operation, const Knowledge& released) {
    ++newest_;
    at(newest_) = {value, released, {}};
    see(at(newest_), operation);
  }

  /// The latest store that is known to this thread.
  std::uint64_t oldest_allowed() const {
    const std::uint64_t kept = newest_ >= kStoresKept ? newest_ - kStoresKept + 1 : 1;
    std::uint64_t index = newest_;
    while (index > kept && !is_known(at(index))) --index;
    return index;
  }

  static bool is_known(const Store& store) {
    for (std::size_t i = 0; i < kThreadsMax; ++i) {
      const std::uint32_t first = store.seen.operations[i];
      if (first != 0 && first <= knowledge().operations[i]) return true;
    }
    return false;
  }

  template <class Change>
  T modify(Change change, std::memory_order order) {
    point();
    const T old = at(newest_).value;
    replace(change(old), order);
    return old;
  }

  void replace(T value, std::memory_order order) {
    const std::uint32_t operation = count_operation();
    Knowledge released = at(newest_).released;
    see(at(newest_), operation);
    if (acquires(order)) knowledge().join(released);
    if (releases(order)) released.join(knowledge());
    append(value, operation, released);
    if (order == std::memory_order_seq_cst) ordered_ = newest_;
    if (tracing()) tell("exchange", value);
  }

  void tell(const char* what, T value, const std::string& more = "") const {
    note(std::string(what) + " atomic " + std::to_string(number_) + ": " + text_of(value) + more);
  }

  mutable std::array<Store, kStoresKept> stores_;
  std::uint64_t newest_ = 0;           ///< Stores are numbered from 1, the initial value.
  mutable std::uint64_t ordered_ = 1;  ///< The latest that a seq_cst operation stored or saw.
  const std::uint32_t number_ = next_object_number();
};

/// Plain memory. Fails the schedule when two threads use it, one of them writes, and neither use
/// happened before the other.
template <class T>
class ModelCell {
 public:
  ModelCell() : ModelCell(T{}) {}
  explicit ModelCell(T value) { store(value); }
  ModelCell(const ModelCell&) = delete;
  ModelCell& operator=(const ModelCell&) = delete;

  [[nodiscard]] T load() const {
    if (written_.operations[writer_] > knowledge().operations[writer_])
      fail("data race: cell " + std::to_string(number_) + " is read while it is written");
    read_.operations[this_thread()] = count_operation();
    return value_;
  }

  void store(T value) {
    for (std::size_t i = 0; i < kThreadsMax; ++i) {
      if (std::max(written_.operations[i], read_.operations[i]) > knowledge().operations[i])
        fail("data race: cell " + std::to_string(number_) + " is written while it is used");
    }
    writer_ = this_thread();
    written_.operations[writer_] = count_operation();
    value_ = value;
  }

  ModelCell& operator=(T value) {
    store(value);
    return *this;
  }
  operator T() const { return load(); }

 private:
  T value_{};
  std::size_t writer_ = 0;
  Knowledge written_;       ///< By thread, its latest write.
  mutable Knowledge read_;  ///< By thread, its latest read.
  const std::uint32_t number_ = next_object_number();
};

/// The Atomics parameter for model tests: nothing is weakened.
struct ModelAtomics {
  template <class T>
  using Atomic = ModelAtomic<T>;

  static constexpr std::size_t kApartBytes = kCacheLineBytes;
  template <class T>
  using Cell = ModelCell<T>;

  static constexpr std::memory_order order(Site, std::memory_order intended) { return intended; }
};

/// A mutant: one access has the order given in place of the intended one.
template <Site kSite, std::memory_order kWeaker>
struct Weakened : ModelAtomics {
  static constexpr std::memory_order order(Site site, std::memory_order intended) {
    return site == kSite ? kWeaker : intended;
  }
};

}  // namespace loopsteal::model
