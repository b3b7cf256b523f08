// The trees of UTS for the peers in C++, grown by loopsteal's own code: SHA-1 is a good part of the
// work, and must not be faster on one side.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "workloads/support/uts_tree.hpp"

namespace peers {

inline const loopsteal::NamedUtsTree& named_tree(std::string_view work) {
  const std::string_view name = work == "uts_T1" ? "T1" : "T3";
  for (const loopsteal::NamedUtsTree& tree : loopsteal::named_uts_trees())
    if (tree.name == name) return tree;
  std::abort();
}

constexpr int kGrownAtOnce = 8;

/// Counts with Fork, which has `fork(function)` and `join()`; each child is a task. As in
/// loopsteal, the parent grows several children at a time. For each peer this is at least as fast
/// as children that grow themselves.
template <class Fork>
std::uint64_t count_nodes(const loopsteal::UtsTree& tree, const loopsteal::UtsNode& node) {
  const int children = tree.children(node);
  if (children == 0) return 1;
  // The root of T3 has 2000 children, every other node at most a hundred.
  std::array<std::uint64_t, 100> few;
  std::unique_ptr<std::uint64_t[]> many;
  std::uint64_t* counts = few.data();
  if (children > 100) {
    many = std::make_unique<std::uint64_t[]>(static_cast<std::size_t>(children));
    counts = many.get();
  }
  Fork tasks;
  std::array<loopsteal::Sha1Digest, kGrownAtOnce> grown;
  for (int first = 0; first < children; first += kGrownAtOnce) {
    const int growing = std::min(kGrownAtOnce, children - first);
    loopsteal::UtsTree::grow(node, first, {grown.data(), static_cast<std::size_t>(growing)});
    for (int i = 0; i < growing; ++i) {
      const loopsteal::UtsNode child{grown[static_cast<std::size_t>(i)], node.depth + 1};
      std::uint64_t& count = counts[first + i];
      tasks.fork([&tree, child, &count] { count = count_nodes<Fork>(tree, child); });
    }
  }
  tasks.join();
  std::uint64_t sum = 1;
  for (int i = 0; i < children; ++i) sum += counts[i];
  return sum;
}

}  // namespace peers
