#include "bench/sweep/shard_file.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "bench/measure/output.hpp"
#include "bench/measure/results_file.hpp"
#include "tests/bench/sweep/folder.hpp"

namespace loopsteal {
namespace {

Json row(const std::string& id) { return {{"name", "a point"}, {kPointIdField, id}}; }

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class ShardFile : public ::testing::Test {
 protected:
  void write(const std::vector<std::string>& ids) {
    ShardWriter writer(folder_ / "rows", "shard", {{"host_name", "here"}});
    for (const std::string& id : ids) writer.append(row(id));
  }
  void add(std::string_view text) { std::ofstream(path_, std::ios::app) << text; }

  testing::Folder folder_;
  const std::string path_ = folder_ / "rows/shard.jsonl";
};

TEST_F(ShardFile, HasTheContextOnceAndARowALine) {
  write({"a", "b"});
  write({"c"});
  const ShardRows shard = read_shard(path_);
  EXPECT_EQ(shard.context["host_name"], "here");
  ASSERT_EQ(shard.rows.size(), 3u);
  EXPECT_EQ(shard.rows[2], row("c"));
  EXPECT_FALSE(shard.torn);
  EXPECT_EQ(text_of(path_).find("context"), text_of(path_).rfind("context"));
}

TEST_F(ShardFile, ATornLastLineIsNoRowAndIsCutOff) {
  write({"a", "b"});
  const std::string whole = text_of(path_);
  const std::string line = to_line(row("c"));
  for (std::size_t length = 1; length <= line.size(); ++length) {
    std::ofstream(path_) << whole << line.substr(0, length);
    const ShardRows shard = read_shard(path_);
    EXPECT_TRUE(shard.torn) << length;
    EXPECT_EQ(shard.rows.size(), 2u) << length;
  }
  write({"d"});
  EXPECT_EQ(text_of(path_), whole + to_line(row("d")) + "\n");
}

TEST_F(ShardFile, ATornFirstLineIsAFileThatBeginsAnew) {
  write({});
  const std::string whole = text_of(path_);
  std::ofstream(path_) << whole.substr(0, 7);
  write({"a"});
  EXPECT_EQ(text_of(path_), whole + to_line(row("a")) + "\n");
}

TEST_F(ShardFile, DamageInTheMiddleIsNamed) {
  write({"a"});
  add("{\"half\": \n" + to_line(row("b")) + "\n");
  try {
    static_cast<void>(read_shard(path_));
    FAIL() << "nothing was said";
  } catch (const ResultsError& error) {
    EXPECT_NE(std::string(error.what()).find("shard.jsonl is damaged in line 3"), std::string::npos)
        << error.what();
  }
}

TEST_F(ShardFile, HasOneWriterAtATime) {
  const ShardWriter first(folder_ / "rows", "shard", Json::object());
  EXPECT_THROW(ShardWriter(folder_ / "rows", "shard", Json::object()), OutputError);
  const ShardWriter other(folder_ / "rows", "other", Json::object());
  EXPECT_EQ(read_shards(folder_ / "rows").size(), 2u);
}

TEST_F(ShardFile, AFolderThatIsNotThereHasNone) {
  EXPECT_TRUE(read_shards(folder_ / "nowhere").empty());
}

}  // namespace
}  // namespace loopsteal
