// The rows of one shard of a sweep, as they are measured: JSON lines, the circumstances first.
//
// Each row is on the disk before the next one is written, so after whatever end the file holds
// every row that was announced. A last line that was cut off is no row: readers leave it out, and
// who goes on writing cuts it off first. `loopsteal compare` reads these files, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"

namespace loopsteal {

/// The field of a row that has its point's id.
inline constexpr const char* kPointIdField = "point_id";

/// What is in such a file.
struct ShardRows {
  std::string path;
  Json context;                   ///< Null if not even the first line is whole.
  std::vector<Json> rows;         ///< Each with a kPointIdField.
  std::uint64_t whole_bytes = 0;  ///< Up to the end of the last whole line.
  bool torn = false;              ///< Something is behind that.
};

/// Throws ResultsError, with the line, for a file that cannot be read or is damaged anywhere but at
/// its end.
ShardRows read_shard(const std::string& path);

/// All shards in `folder`, by name; none if there is no such folder. Throws as read_shard().
std::vector<ShardRows> read_shards(const std::string& folder);

/// Whether a row's run ended. What did not end is measured again when the sweep is run again.
bool ended(const Json& row);

/// Appends rows to the file of one shard. One thread at a time.
class ShardWriter {
 public:
  /// Makes the folder and the file as needed, cuts off a torn line, and writes `context` if the
  /// file is new. Throws OutputError if that fails, or if another process is writing the file.
  ShardWriter(const std::string& folder, const std::string& name, const Json& context);
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;
  ~ShardWriter();

  /// Returns when the row is on the disk. Throws OutputError; what was written of the row is then
  /// taken back, as far as that can be done.
  void append(const Json& row);

 private:
  void write_line(const Json& json);

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace loopsteal
