#include "bench/sweep/shard_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "bench/measure/output.hpp"
#include "bench/measure/results_file.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kEnding = ".jsonl";

[[noreturn]] void fail(std::string_view action, const std::string& path, int error) {
  throw OutputError(fmt::format("Cannot {} {}: {}.", action, path, std::strerror(error)),
                    error == EPIPE);
}

// Whether a line holds a row whose fields are of the kinds that merging takes them for.
bool is_row(const Json& json) {
  const auto text_or_nothing = [&](const char* name) {
    return !json.contains(name) || json[name].is_string();
  };
  return json.contains(kPointIdField) && json[kPointIdField].is_string() &&
         text_or_nothing("machine") && text_or_nothing("name") &&
         (!json.contains("answer_ok") || json["answer_ok"].is_boolean());
}

bool is_head(const Json& json) {
  return json.contains("context") && json["context"].is_object() &&
         json["context"].value("host_name", Json("")).is_string();
}

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail("make the folder", folder, error.value());
}

// So that a new file is still there after a power cut.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);  // Some file systems know no such thing; the rows themselves are synced.
  ::close(descriptor);
}

}  // namespace

ShardRows read_shard(const std::string& path) {
  const std::string text = read_json_file(path).text;
  ShardRows shard{.path = path, .context = {}, .rows = {}};
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    ++number;
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const std::string_view line(text.data() + begin, end - begin);
    Json json = Json::parse(line, nullptr, false);
    const bool whole = json.is_object() && (number == 1 ? is_head(json) : is_row(json));
    // A cut that a crash left may have a newline in it, of a page that was not written.
    if (!whole && end + 1 == text.size()) break;
    if (!whole) throw ResultsError(fmt::format("{} is damaged in line {}.", path, number));
    if (number == 1) shard.context = json["context"];
    if (number > 1) shard.rows.push_back(std::move(json));
    begin = end + 1;
    shard.whole_bytes = begin;
  }
  shard.torn = shard.whole_bytes < text.size();
  return shard;
}

std::vector<ShardRows> read_shards(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == kEnding) paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  std::vector<ShardRows> shards;
  for (const std::string& path : paths) shards.push_back(read_shard(path));
  return shards;
}

bool ended(const Json& row) { return row.contains("makespan_ns"); }

ShardWriter::ShardWriter(const std::string& folder, const std::string& name, const Json& context)
    : path_((std::filesystem::path(folder) / (name + std::string(kEnding))).string()) {
  make_folder(folder);
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("create", path_, errno);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw OutputError(fmt::format("Another process is writing {}: give each its own shard, as in "
                                    "--shard 1/2.",
                                    path_),
                        false);
    }
    const ShardRows there = read_shard(path_);
    size_ = there.whole_bytes;
    if (there.torn && ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
      fail("cut the torn line off", path_, errno);
    }
    if (size_ == 0) write_line({{"context", context}});
    sync_folder(folder);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

ShardWriter::~ShardWriter() { ::close(descriptor_); }

void ShardWriter::append(const Json& row) { write_line(row); }

void ShardWriter::write_line(const Json& json) {
  const std::string line = to_line(json) + "\n";
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t count = ::pwrite(descriptor_, line.data() + written, line.size() - written,
                                   static_cast<off_t>(size_ + written));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      static_cast<void>(::ftruncate(descriptor_, static_cast<off_t>(size_)));
      fail("write to", path_, error);
    }
    written += static_cast<std::size_t>(count);
  }
  size_ += line.size();
  // EINVAL: what is no plain file cannot be synced.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail("write to", path_, errno);
}

}  // namespace loopsteal
