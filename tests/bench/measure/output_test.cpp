// Where results go: whole files only under their name, and errors that name the place.
#include "bench/measure/output.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

class OutputFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              ("loopsteal_output_" + std::to_string(::getpid()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

 private:
  fs::path folder_;
};

TEST_F(OutputFile, AppearsWhenItIsWhole) {
  const auto output = open_output(path("r.json"));
  output->write("one ");
  EXPECT_FALSE(fs::exists(path("r.json")));
  EXPECT_EQ(content(path("r.json.part")), "one ");
  output->write("two");
  output->commit();
  EXPECT_EQ(content(path("r.json")), "one two");
  EXPECT_FALSE(fs::exists(path("r.json.part")));
}

TEST_F(OutputFile, AnOldOneStaysUntilThen) {
  std::ofstream(path("r.json")) << "old";
  {
    const auto output = open_output(path("r.json"));
    output->write("new");
  }
  EXPECT_EQ(content(path("r.json")), "old");
  EXPECT_EQ(content(path("r.json.part")), "new");
}

TEST_F(OutputFile, OneThatNothingWasWrittenToIsNotLeft) {
  std::ofstream(path("r.json")) << "old";
  static_cast<void>(open_output(path("r.json")));
  EXPECT_FALSE(fs::exists(path("r.json.part")));
  EXPECT_EQ(content(path("r.json")), "old");
  open_output(path("empty.json"))->commit();
  EXPECT_TRUE(fs::exists(path("empty.json"))) << "whole as it is";
}

TEST_F(OutputFile, AFolderThatIsNotThereIsNamed) {
  try {
    open_output(path("no/r.json"));
    FAIL() << "a file in no folder was created";
  } catch (const OutputError& error) {
    EXPECT_NE(std::string(error.what()).find("no/r.json"), std::string::npos);
    EXPECT_FALSE(error.closed());
  }
}

TEST_F(OutputFile, AFolderIsNoFile) { EXPECT_THROW(open_output(path("")), OutputError); }

TEST_F(OutputFile, AFullDeviceIsAnErrorOfTheFirstWrite) {
  const auto output = open_output("/dev/full");
  EXPECT_THROW(output->write("x"), OutputError);
  EXPECT_FALSE(fs::exists("/dev/full.part"));
}

}  // namespace
}  // namespace loopsteal
