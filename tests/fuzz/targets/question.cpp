// The words of `loopsteal ask`.
#include "bench/questions/catalog.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  for (const questions::Question* const found : questions::find_questions(input))
    expect(found != nullptr, "a question is found that is none");
}

const Target target("question", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
