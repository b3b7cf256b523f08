#include "workloads/support/uts_options.hpp"

#include <algorithm>
#include <vector>

#include "sched/core/assert.hpp"
#include "sched/core/config/knob_makers.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

using Options = UtsOptions;

// "tree" as the value of a parameter: the named tree's own value.
constexpr std::string_view kOfTree = "tree";
constexpr Named<std::optional<UtsKind>> kKinds[] = {{kOfTree, std::nullopt},
                                                    {"geometric", UtsKind::geometric},
                                                    {"binomial", UtsKind::binomial},
                                                    {"hybrid", UtsKind::hybrid}};
constexpr Named<std::optional<UtsShape>> kShapes[] = {{kOfTree, std::nullopt},
                                                      {"fixed", UtsShape::fixed},
                                                      {"linear", UtsShape::linear},
                                                      {"cyclic", UtsShape::cyclic}};
constexpr Named<std::optional<std::int32_t>> kNumberWords[] = {{kOfTree, std::nullopt}};
constexpr Named<UtsLeaves> kLeaves[] = {
    {"auto", UtsLeaves::by_time}, {"inlined", UtsLeaves::inlined}, {"tasks", UtsLeaves::tasks}};

void set_tree(Options& options, std::string_view text) {
  std::vector<std::string_view> names;
  for (const NamedUtsTree& tree : named_uts_trees()) {
    if (tree.name == text) {
      options.tree = tree.name;
      return;
    }
    names.push_back(tree.name);
  }
  throw SpecError("There is no tree \"" + std::string(text) + "\"." + did_you_mean(text, names));
}

std::string get_tree(const Options& options) { return std::string(options.tree); }

template <auto Member, Thousandths Limits>
void set_real(Options& options, std::string_view text) {
  options.*Member =
      text == kOfTree ? std::nullopt : std::optional<double>(parse_real(text, Limits));
}

template <auto Member>
std::string get_real(const Options& options) {
  const std::optional<double>& value = options.*Member;
  return value ? print_real(*value) : std::string(kOfTree);
}

constexpr std::string_view kOrigin = "UTS";
constexpr Knob<Options> kKnobs[] = {
    {"tree", "small|T1|T2|T3|T4|T5|T1L|T2L|T3L|T1XL|T1XXL|T3XXL|T1WL|T2WL|T3WL",
     "UTS: its sample trees", "A tree of known size.", set_tree, get_tree},
    knob<&Options::kind, kKinds>("kind", "Distribution of the number of children.", kOrigin),
    knob<&Options::shape, kShapes>("shape", "Mean number of children by depth, if geometric.",
                                   kOrigin),
    knob<&Options::depth, Range{1, 100'000}, kNumberWords>(
        "depth", "Depth at which geometric trees end.", kOrigin),
    {"b0", "tree|0..100000", kOrigin, "Mean number of children of the root.",
     set_real<&Options::b0, Thousandths{0, 100'000'000}>, get_real<&Options::b0>},
    {"q", "tree|0..1", kOrigin, "Chance of children in binomial trees.",
     set_real<&Options::q, Thousandths{0, 1'000}>, get_real<&Options::q>},
    knob<&Options::m, Range{0, 1'000}, kNumberWords>("m", "Their number there.", kOrigin),
    knob<&Options::r, Range{0, 2'147'483'647}, kNumberWords>("r", "Seed of the root.", kOrigin),
    knob<&Options::leaves, kLeaves>(
        "leaves", "Whether nodes without children are tasks; auto: in virtual time only.",
        "ours; elsewhere tasks"),
    knob<&Options::work, Range{0, 3'600'000'000'000}>("work", "Additional CPU work of a node.",
                                                      "UTS: none"),
    node_work_knob<&Options::node_work>()};

}  // namespace

std::span<const Knob<UtsOptions>> uts_knobs() noexcept { return kKnobs; }

UtsParameters parameters_of(const UtsOptions& options) noexcept {
  const std::span<const NamedUtsTree> trees = named_uts_trees();
  const auto named = std::ranges::find(trees, options.tree, &NamedUtsTree::name);
  LOOPSTEAL_CHECK(named != trees.end(), "the knob takes known trees only");
  UtsParameters parameters = named->parameters;
  parameters.kind = options.kind.value_or(parameters.kind);
  parameters.shape = options.shape.value_or(parameters.shape);
  parameters.depth = options.depth.value_or(parameters.depth);
  parameters.b0 = options.b0.value_or(parameters.b0);
  parameters.q = options.q.value_or(parameters.q);
  parameters.m = options.m.value_or(parameters.m);
  parameters.r = options.r.value_or(parameters.r);
  return parameters;
}

}  // namespace loopsteal
