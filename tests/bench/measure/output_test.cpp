// Where results go: whole files only under their name, and errors that name the place.
#include "bench/measure/output.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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

  /// All files under temporary names.
  std::vector<std::string> temporary_files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (entry.path().extension() == ".part") names.push_back(entry.path());
    return names;
  }

  /// A leftover: as a process leaves it that is killed. Returns its name.
  std::string leave(const std::string& name, int process) const {
    const std::string part = path(name) + "." + std::to_string(process) + "-0.part";
    std::ofstream(part) << "half";
    return part;
  }

 private:
  fs::path folder_;
};

TEST_F(OutputFile, AppearsWhenItIsWhole) {
  const auto output = open_output(path("r.json"));
  output->write("one ");
  EXPECT_FALSE(fs::exists(path("r.json")));
  ASSERT_EQ(temporary_files().size(), 1u);
  EXPECT_EQ(content(temporary_files().front()), "one ");
  output->write("two");
  output->commit();
  EXPECT_EQ(content(path("r.json")), "one two");
  EXPECT_EQ(temporary_files(), std::vector<std::string>());
}

TEST_F(OutputFile, AnOldOneStaysUntilThen) {
  std::ofstream(path("r.json")) << "old";
  {
    const auto output = open_output(path("r.json"));
    output->write("new");
  }
  EXPECT_EQ(content(path("r.json")), "old");
  EXPECT_EQ(temporary_files(), std::vector<std::string>());
}

TEST_F(OutputFile, AnEmptyOneIsWholeAsWell) {
  open_output(path("empty.json"))->commit();
  EXPECT_TRUE(fs::exists(path("empty.json"))) << "whole as it is";
}

TEST_F(OutputFile, ASecondWriterIsRefusedAndTheFirstOneGoesOn) {
  const auto first = open_output(path("r.json"));
  first->write("first");
  try {
    open_output(path("r.json"));
    FAIL() << "two writers of one file";
  } catch (const OutputError& error) {
    EXPECT_NE(std::string(error.what()).find("being written already"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(temporary_files().front()), std::string::npos);
  }
  const auto other = open_output(path("r.jsonl"));  // Its name begins alike.
  first->commit();
  EXPECT_EQ(content(path("r.json")), "first");
  open_output(path("r.json"))->commit();  // Now nobody writes it.
  EXPECT_EQ(content(path("r.json")), "");
}

TEST_F(OutputFile, SeveralMayWriteTheSameWhereThatIsSaid) {
  const auto first = open_output(path("plan.json"), Writers::several);
  const auto second = open_output(path("plan.json"), Writers::several);
  first->write("plan");
  second->write("plan");
  EXPECT_EQ(temporary_files().size(), 2u);
  second->commit();
  EXPECT_EQ(temporary_files().size(), 1u) << "that of a living writer is no leftover";
  first->commit();
  EXPECT_EQ(content(path("plan.json")), "plan");
}

TEST_F(OutputFile, LeftoversGoWhenTheirFileIsWhole) {
  const std::string left = leave("r.json", 1);
  const std::string other = leave("other.json", 1);
  {
    const auto stopped = open_output(path("r.json"));
    stopped->write("x");
  }
  EXPECT_EQ(content(left), "half") << "a run that is not whole replaces nothing";
  open_output(path("r.json"))->commit();
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(other)) << "of another file";
  std::ofstream(path("r.json.1-x.part")) << "mine";
  open_output(path("r.json"))->commit();
  EXPECT_TRUE(fs::exists(path("r.json.1-x.part"))) << "no name of ours";
}

TEST_F(OutputFile, ANewNameIsNeitherThereNorBeingWritten) {
  std::ofstream(path("compare.json")) << "there";
  const auto second = open_new_output(path("compare.json"));
  const auto third = open_new_output(path("compare.json"));
  EXPECT_EQ(second->path(), path("compare-2.json"));
  EXPECT_EQ(third->path(), path("compare-3.json"));
  third->write("3");
  third->commit();
  second->commit();
  EXPECT_EQ(content(path("compare.json")), "there");
  EXPECT_EQ(content(path("compare-3.json")), "3");
}

TEST_F(OutputFile, ManyProcessesWriteManyWholeFiles) {
  constexpr int kProcesses = 8;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const auto output = open_new_output(path("r.json"));
      for (int part = 0; part < 100; ++part) output->write(std::to_string(i));
      output->commit();
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  std::set<std::string> contents;
  for (const auto& entry : fs::directory_iterator(path(".")))
    contents.insert(content(entry.path()));
  std::set<std::string> expected;
  for (char i = '0'; i < '0' + kProcesses; ++i) expected.insert(std::string(100, i));
  EXPECT_EQ(contents, expected);
}

TEST_F(OutputFile, AProgramThatEndsWithoutDestructorsRemovesItsOwn) {
  const auto output = open_output(path("r.json"));
  output->write("x");
  const pid_t child = fork();
  if (child == 0) {
    remove_unfinished_files();  // They are its parent's.
    const auto own = open_output(path("own.json"));
    remove_unfinished_files();
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  ASSERT_EQ(temporary_files().size(), 1u);
  output->commit();
  EXPECT_EQ(content(path("r.json")), "x");
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
