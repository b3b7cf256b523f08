// A folder of a test's own, gone with it.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal::testing {

class Folder {
 public:
  Folder() {
    const std::string name = "loopsteal_sweep_" + std::string(6, 'X');  // mkdtemp's own letters.
    std::string pattern = (std::filesystem::temp_directory_path() / name).string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace loopsteal::testing
