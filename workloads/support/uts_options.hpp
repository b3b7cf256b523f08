// The settings of the workload `uts`: a tree by name, or by its parameters.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sched/core/knobs.hpp"
#include "workloads/support/uts_tree.hpp"

namespace loopsteal {

/// Whether a node without children (and without `work`) is a task of its own.
enum class UtsLeaves : std::uint8_t {
  by_time,  ///< As inlined on threads; as tasks in virtual time, so that any worker may take any
            ///< node and the bounds of greedy scheduling hold.
  inlined,  ///< No: its parent counts it. A scheduler that goes through the tree level by level, as
            ///< all first-in-first-out ones do, would hold millions of leaves at once.
  tasks,    ///< Yes, as in the usual implementations.
};

/// Where `tree` is named, a parameter that is set stands in place of the tree's own.
struct UtsOptions {
  std::string_view tree = "T1";  ///< One of named_uts_trees().
  std::optional<UtsKind> kind{};
  std::optional<UtsShape> shape{};
  std::optional<std::int32_t> depth{};
  std::optional<double> b0{};
  std::optional<double> q{};
  std::optional<std::int32_t> m{};
  std::optional<std::int32_t> r{};
  UtsLeaves leaves = UtsLeaves::by_time;
  Duration work = Duration::zero();  ///< CPU work of a node beside growing its children.
  Duration node_work{100};           ///< What growing them takes in virtual time.
};

[[nodiscard]] std::span<const Knob<UtsOptions>> uts_knobs() noexcept;

/// The tree that is meant.
[[nodiscard]] UtsParameters parameters_of(const UtsOptions& options) noexcept;

}  // namespace loopsteal
