// How libFuzzer calls the only target of its program.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const loopsteal::fuzz::FuzzOne fuzz_one = loopsteal::fuzz::find_target("");
  fuzz_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
