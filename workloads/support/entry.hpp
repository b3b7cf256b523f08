// From a workload's class to its entry in the catalog.
//
// A workload is written as one class in one source file, with
//   struct Options, static Options defaults(Size)   its settings and what they are by default
//   static std::span<const Knob<Options>> knobs()   their names
//   kName, kQuestion, kShape, kNeedsDescriptors     what the catalog shows
//   W(const Options&, const WorkloadSetup&)
// and, where its shape depends on its settings, static Shape shape_with(const Options&); where two
// settings exclude each other, static void check(const Spec&), which throws SpecError; where its
// requests arrive on their own, static OpenLoop open_loop(const Options&, const WorkloadSetup&);
// where the work is known beforehand, static std::optional<WorkSpan> work_span(const Options&);
// where the memory is, static Footprint footprint(const Options&).
#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <vector>

#include "sched/core/knobs.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {

/// The longest duration that a workload's knob takes: enough for any run, and far from overflow.
inline constexpr std::int64_t kHourNs = 3'600'000'000'000;

namespace entry_detail {

template <class W>
typename W::Options read(const Spec& spec, Size size) {
  typename W::Options options = W::defaults(size);
  apply(options, W::knobs(), spec);
  if constexpr (requires { W::check(spec); }) W::check(spec);
  return options;
}

template <class W>
Shape shape_of(const Spec& spec) {
  if constexpr (requires(typename W::Options options) { W::shape_with(options); }) {
    return W::shape_with(read<W>(spec, Size::full));
  } else {
    static_cast<void>(read<W>(spec, Size::full));  // A spec that cannot be made has no shape.
    return W::kShape;
  }
}

template <class W>
Spec canonical(const Spec& spec, Size size) {
  return {std::string(W::kName),
          settings_that_differ(read<W>(spec, size), W::knobs(), W::defaults(size))};
}

template <class W>
std::optional<OpenLoop> open_loop(const Spec& spec, const WorkloadSetup& setup) {
  const typename W::Options options = read<W>(spec, setup.size);
  if constexpr (requires { W::open_loop(options, setup); }) {
    return W::open_loop(options, setup);
  } else {
    return std::nullopt;
  }
}

template <class W>
std::optional<WorkSpan> work_span(const Spec& spec, const WorkloadSetup& setup) {
  const typename W::Options options = read<W>(spec, setup.size);
  if constexpr (requires { W::work_span(options); }) {
    return W::work_span(options);
  } else {
    return std::nullopt;
  }
}

template <class W>
Footprint footprint(const Spec& spec, const WorkloadSetup& setup) {
  const typename W::Options options = read<W>(spec, setup.size);
  if constexpr (requires { W::footprint(options); }) {
    return W::footprint(options);
  } else {
    return {};
  }
}

}  // namespace entry_detail

template <std::derived_from<Workload> W>
[[nodiscard]] WorkloadInfo workload_info() {
  return {
      .name = W::kName,
      .question = W::kQuestion,
      .shape = W::kShape,
      .needs_descriptors = W::kNeedsDescriptors,
      .knobs = [](Size size) { return describe(W::knobs(), W::defaults(size)); },
      .shape_of = entry_detail::shape_of<W>,
      .canonical = entry_detail::canonical<W>,
      .make = [](const Spec& spec, const WorkloadSetup& setup) -> std::unique_ptr<Workload> {
        return std::make_unique<W>(entry_detail::read<W>(spec, setup.size), setup);
      },
      .open_loop = entry_detail::open_loop<W>,
      .work_span = entry_detail::work_span<W>,
      .footprint = entry_detail::footprint<W>,
  };
}

}  // namespace loopsteal
