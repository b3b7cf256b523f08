#include "bench/sweep/spec_choices.hpp"

#include <utility>

namespace loopsteal {
namespace {

// A combination on its way: where each value that came from a list stands.
struct Combination {
  Spec spec;
  std::vector<std::pair<const PlacedSpec::Knob*, const PlacedText*>> chosen;
};

bool can_be_made(const Spec& spec, const SpecRules& rules) {
  try {
    rules.check(spec);
    return true;
  } catch (const SpecError&) {
    return false;
  }
}

// Points at the first setting that is wrong by itself, if there is one; else at the whole.
void check_combination(const Combination& combination, const PlacedSpec& placed,
                       const std::string& file, const SpecRules& rules) {
  try {
    // As text and back: what is put into a spec by hand may be no spec.
    rules.check(parse_spec(to_string(combination.spec)));
  } catch (const SpecError& error) {
    const std::string& owner = combination.spec.name;
    if (!can_be_made({owner, {}}, rules)) reject_at(file, placed.spec.place, error.what());
    for (const auto& [knob, value] : combination.chosen) {
      if (can_be_made({owner, {{knob->key, value->text}}}, rules)) continue;
      const bool known = rules.knows(owner, knob->key);
      reject_at(file, known ? value->place : knob->place, error.what());
    }
    reject_at(file, placed.spec.place, error.what());
  }
}

Spec first_of(const PlacedSpec& placed, const std::string& file) {
  try {
    return parse_spec(placed.spec.text);
  } catch (const SpecError& error) {
    reject_at(file, placed.spec.place, error.what());
  }
}

std::vector<Combination> combinations_of(const PlacedSpec& placed, const std::string& file) {
  std::vector<Combination> combinations = {{first_of(placed, file), {}}};
  for (const PlacedSpec::Knob& knob : placed.knobs) {
    std::vector<Combination> longer;
    for (const Combination& shorter : combinations) {
      for (const PlacedText& value : knob.values) {
        Combination& one = longer.emplace_back(shorter);
        one.spec.settings.emplace_back(knob.key, value.text);
        one.chosen.emplace_back(&knob, &value);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

}  // namespace

std::vector<SpecChoice> choices_of(const std::vector<PlacedSpec>& specs, const std::string& file,
                                   const SpecRules& rules) {
  std::vector<SpecChoice> choices;
  for (const PlacedSpec& placed : specs) {
    for (Combination& combination : combinations_of(placed, file)) {
      check_combination(combination, placed, file, rules);
      choices.push_back({std::move(combination.spec), placed.spec.place});
    }
  }
  return choices;
}

}  // namespace loopsteal
