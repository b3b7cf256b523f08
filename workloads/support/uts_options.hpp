// Settings of the workload `uts`: a tree by name, or by its parameters.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sched/core/config/knobs.hpp"
#include "workloads/support/uts_tree.hpp"

namespace loopsteal {

/// True for nodes without children (and without `work`) that are tasks of their own.
enum class UtsLeaves : std::uint8_t {
  by_time,  ///< As inlined on threads; as tasks in virtual time, so that any worker may take any
            ///< node and the bounds of greedy scheduling hold.
  inlined,  ///< No: the parent counts the leaf. A scheduler that goes through the tree level by
            ///< level, as all first-in-first-out ones do, would hold millions of leaves at once.
  tasks,    ///< Yes, as in the usual implementations.
};

/// A parameter that is set replaces the parameter of the named tree.
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
  Duration work = Duration::zero();  ///< CPU work of a node, without growing its children.
  Duration node_work{100};           ///< Time of growing them in virtual time.
};

[[nodiscard]] std::span<const Knob<UtsOptions>> uts_knobs() noexcept;

/// Parameters of the tree, named or given.
[[nodiscard]] UtsParameters parameters_of(const UtsOptions& options) noexcept;

}  // namespace loopsteal
