// The driver of `scripts/fuzz --command-lines N`: `command_lines SEED FIRST COUNT STEP [FOLDER]`
// runs COUNT command lines, of the numbers FIRST, FIRST + STEP and so on, each made up from the
// seed and its number alone. Prints those that fail, ready to be pasted, and keeps their bytes in
// FOLDER as inputs of the target command_line. Exit status: 0 none failed, 1 some did, 2 usage.
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "sched/core/random/random.hpp"
#include "tests/fuzz/child.hpp"
#include "tests/fuzz/commands.hpp"

namespace {

using namespace loopsteal;

std::string bytes_of(std::uint64_t seed, std::uint64_t number) {
  Stream random(seed, StreamRole::structure, number);
  std::string bytes;
  while (bytes.size() < 96) {
    const std::uint64_t bits = random.next_u64();
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(bits >> shift));
  }
  return bytes;
}

void keep(const std::string& folder, std::uint64_t number, const std::string& bytes) {
  if (folder.empty()) return;
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/case-" + std::to_string(number), std::ios::binary) << bytes;
}

}  // namespace

int main(int argc, char** argv) {
  std::array<std::uint64_t, 4> numbers{};
  bool right = argc == 5 || argc == 6;
  for (std::size_t i = 0; right && i < numbers.size(); ++i) {
    const std::string text = argv[i + 1];
    const char* const last = text.data() + text.size();
    right = std::from_chars(text.data(), last, numbers[i]).ptr == last;
  }
  if (!right) {
    std::fprintf(stderr, "usage: %s SEED FIRST COUNT STEP [FOLDER]\n", argv[0]);
    return 2;
  }
  const auto [seed, first, count, step] = numbers;
  std::uint64_t failed = 0;
  std::map<int, std::uint64_t> by_status;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t number = first + i * step;
    const std::string bytes = bytes_of(seed, number);
    const std::vector<std::string> arguments = fuzz::arguments_from(bytes);
    const fuzz::Ended ended = fuzz::run_in_child(arguments);
    ++by_status[ended.status];
    const auto wrong = fuzz::wrong_end(ended, arguments);
    if (!wrong) continue;
    ++failed;
    std::printf("case %llu: %s\n  %s\n%s\n", static_cast<unsigned long long>(number),
                wrong->c_str(), fuzz::pasted(arguments).c_str(), ended.errors.c_str());
    std::fflush(stdout);
    keep(argc == 6 ? argv[5] : "", number, bytes);
  }
  for (const auto& [status, times] : by_status)
    std::printf("exit status %d: %llu\n", status, static_cast<unsigned long long>(times));
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(count - failed),
              static_cast<unsigned long long>(failed));
  return failed > 0 ? 1 : 0;
}
