// The main() of all fuzz targets without libFuzzer: `replay TARGET FILE|FOLDER...` runs the target
// over these files. An input that fails ends the process by a signal, after its name was printed.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

bool replay(loopsteal::fuzz::FuzzOne target, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    std::fprintf(stderr, "%s cannot be read.\n", path.c_str());
    return false;
  }
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  target({bytes.data(), bytes.size()});
  return true;
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const auto target = argc < 2 ? nullptr : loopsteal::fuzz::find_target(argv[1]);
  if (target == nullptr) {
    std::fprintf(stderr, "usage: %s TARGET FILE|FOLDER...; TARGET is a name of targets/\n",
                 argv[0]);
    return 2;
  }
  int inputs = 0;
  for (int i = 2; i < argc; ++i) {
    for (const auto& path : files_of(argv[i])) {
      if (!replay(target, path)) return 3;
      ++inputs;
    }
  }
  std::printf("%d inputs passed\n", inputs);
  return inputs > 0 ? 0 : 2;
}
