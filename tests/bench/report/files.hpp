// A folder that a test writes into, gone at its end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/measure/results_file.hpp"

namespace loopsteal::testing {

class Files : public ::testing::Test {
 protected:
  Files() { std::filesystem::create_directories(folder_); }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// What `act` throws as a ResultsError.
  template <class Act>
  static std::string error_of(Act act) {
    try {
      act();
    } catch (const ResultsError& error) {
      return error.what();
    }
    return {};
  }

 private:
  const ::testing::TestInfo& info_ = *::testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      fmt::format("loopsteal_report_{}_{}_{}", getpid(), info_.test_suite_name(), info_.name());
};

}  // namespace loopsteal::testing
