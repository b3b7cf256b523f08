// The trees of UTS, the Unbalanced Tree Search benchmark (Olivier and others, LCPC 2006).
//
// A node is a SHA-1 digest; its children's digests and its number of children follow from it alone.
// So a few parameters define a tree of any size, any number of workers can walk it in any order,
// and it has one right count.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "workloads/support/geometric_draw.hpp"
#include "workloads/support/sha1.hpp"

namespace loopsteal {

/// Distribution of the number of children.
enum class UtsKind : std::uint8_t {
  geometric,  ///< Geometric, with a mean that depends on the depth by `shape`.
  binomial,   ///< The root has floor(b0) children; others have m with probability q, else none.
  hybrid,     ///< Geometric above half of `depth`, binomial below.
};

/// Mean number of children by depth, for the geometric kind.
enum class UtsShape : std::uint8_t {
  fixed,   ///< b0 while depth < `depth`, then 0.
  linear,  ///< b0 * (1 - depth / `depth`).
  cyclic,  ///< b0 ^ sin(2 pi depth / `depth`), 0 beyond 5 * `depth`.
};

/// Parameters of a tree; the letters are the options of the UTS program.
struct UtsParameters {
  UtsKind kind = UtsKind::geometric;  ///< t
  UtsShape shape = UtsShape::fixed;   ///< a
  std::int32_t depth = 10;            ///< d
  double b0 = 4;                      ///< b
  double q = 0.124875;                ///< q
  std::int32_t m = 8;                 ///< m
  std::int32_t r = 19;                ///< r: the root's seed

  friend bool operator==(const UtsParameters&, const UtsParameters&) = default;
};

struct UtsNode {
  Sha1Digest state;
  std::int32_t depth;
};

/// Grows nodes. Immutable once made: any number of threads may use one.
class UtsTree {
 public:
  explicit UtsTree(const UtsParameters& parameters);

  [[nodiscard]] UtsNode root() const noexcept;

  /// Number of children of `node`.
  [[nodiscard]] std::int32_t children(const UtsNode& node) const noexcept;

  /// Child `index`, from 0, of `parent`.
  [[nodiscard]] static UtsNode child(const UtsNode& parent, std::int32_t index) noexcept;

  /// States of children `first` and following of `parent`, as many as `states` has elements. This
  /// takes half the time of growing them one by one.
  static void grow(const UtsNode& parent, std::int32_t first,
                   std::span<Sha1Digest> states) noexcept;

 private:
  [[nodiscard]] double mean_children(std::int32_t depth) const noexcept;

  UtsParameters parameters_;
  std::int32_t first_binomial_depth_;
  std::int64_t binomial_end_;  ///< Smaller random numbers have children, in a binomial tree.
  /// ln(1 - p) of the geometric distribution, by depth, as far down as it has children.
  std::vector<double> log_failure_;
  std::vector<GeometricDraw> draws_;  ///< Of the first levels.
};

struct UtsCount {
  std::uint64_t nodes = 0;
  std::uint64_t leaves = 0;
  std::int32_t depth = 0;  ///< Of the deepest node; the root's is 0.

  friend bool operator==(const UtsCount&, const UtsCount&) = default;
};

/// Walks the whole tree on the calling thread, depth first with its own stack. Stops after
/// `most_nodes` and returns the count so far.
[[nodiscard]] UtsCount count_serially(
    const UtsTree& tree, std::uint64_t most_nodes = std::numeric_limits<std::uint64_t>::max());

/// A named tree with its published count.
struct NamedUtsTree {
  std::string_view name;
  UtsParameters parameters;
  std::uint64_t nodes;
  std::int32_t depth;  ///< Of the deepest node, 0 if it is not known.
};

/// `small`, which is T1 cut off at depth 6, and the sample trees of the benchmark, smallest first.
[[nodiscard]] std::span<const NamedUtsTree> named_uts_trees() noexcept;

}  // namespace loopsteal
