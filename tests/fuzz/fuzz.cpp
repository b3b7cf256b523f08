#include "tests/fuzz/fuzz.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <unistd.h>

namespace loopsteal::fuzz {
namespace {

// What libraries say of themselves: no user can do anything with it.
constexpr std::array<std::string_view, 14> kRawTexts = {
    "[json.exception", "stoull",      "stoul",         "stoi",          "stod",
    "basic_string::",  "basic_ios",   "basic_filebuf", "bad_alloc",     "bad_variant",
    "bad_optional",    "vector::_M_", "map::at",       "std::exception"};

class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "loopsteal-fuzz-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) fail("no folder for temporary files; set TMPDIR");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  // A forked child leaves it to its parent.
  ~Folder() {
    if (getpid() != owner_) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  pid_t owner_ = getpid();
};

// A function's static: targets are made in any order.
std::map<std::string, FuzzOne, std::less<>>& targets() {
  static std::map<std::string, FuzzOne, std::less<>> made;
  return made;
}

}  // namespace

Target::Target(std::string_view name, FuzzOne run) { targets().emplace(name, run); }

FuzzOne find_target(std::string_view name) {
  if (name.empty()) return targets().size() == 1 ? targets().begin()->second : nullptr;
  const auto found = targets().find(name);
  return found == targets().end() ? nullptr : found->second;
}

void fail(std::string_view what) {
  std::fprintf(stderr, "The fuzz target fails: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

std::optional<std::string> raw_text_in(std::string_view message, std::string_view input) {
  for (const std::string_view raw : kRawTexts) {
    if (message.find(raw) == std::string_view::npos) continue;
    if (input.find(raw) != std::string_view::npos) continue;
    return "a message has the text of a library in it: " + std::string(message);
  }
  return std::nullopt;
}

void check_message(std::string_view message, std::string_view input) {
  expect(!message.empty(), "an error without a message");
  if (const auto raw = raw_text_in(message, input)) fail(*raw);
}

const std::string& folder() {
  static const Folder made;
  return made.path();
}

std::string write_input(std::string_view name, std::string_view text) {
  const std::string path = folder() + "/" + std::string(name);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  expect(file.good(), "an input file cannot be written");
  return path;
}

std::string text_of_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

const WorkloadCatalog& catalog() {
  static const WorkloadCatalog made = built_in_workloads();
  return made;
}

}  // namespace loopsteal::fuzz
