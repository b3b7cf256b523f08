// A page whose place for data is missing, doubled or odd, and text of any kind put into it.
#include "bench/report/page.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const Json data{{"text", std::string(input)}};
  const std::string script = to_script_text(data);
  expect(script.find("</") == std::string::npos && script.find("<!--") == std::string::npos,
         "data can end the script element that it stands in");
  accepted<PageError>(input, [&] { static_cast<void>(with_data(input, data)); });
}

const Target target("page", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
