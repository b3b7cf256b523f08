// A file that is being written: it has a temporary name of its own until it is whole.
//
// The temporary name of PATH is PATH.PROCESS-NUMBER.part, in the same folder. Rules:
//
//   one writer      The writer holds a lock (flock) on its temporary file. A second writer of the
//                   same PATH, in this or another process, is refused.
//   whole or not    finish() syncs the file and renames it to PATH: readers see the earlier file or
//                   the whole new one.
//   leftovers       A process that is killed leaves its temporary file. It can be read as far as it
//                   goes, and the next finish() of the same PATH removes it: nobody holds its lock.
//
// Claims and removals are ordered by a lock on the folder. Where the file system has no locks, the
// temporary names are still different; then the last writer to finish() wins, and leftovers stay.
#pragma once

#include <cstdint>
#include <string>

namespace loopsteal {

/// What happens to a PATH that another writer is writing.
enum class Writers : std::uint8_t {
  one,      ///< The second one is refused: OutputError.
  several,  ///< All write the same content; the last to finish wins.
};

/// One thread at a time.
class UnfinishedFile {
 public:
  /// Throws OutputError if the file cannot be created or the PATH has a writer.
  UnfinishedFile(std::string path, Writers writers);
  /// As above for the first of PATH, PATH-2, PATH-3 … (the number stands before the ending) that
  /// neither exists nor has a writer.
  static UnfinishedFile with_new_name(const std::string& path);

  UnfinishedFile(UnfinishedFile&& other) noexcept;
  UnfinishedFile& operator=(UnfinishedFile&&) = delete;
  /// Removes the temporary file unless it was finished or kept.
  ~UnfinishedFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& temporary_path() const noexcept { return temporary_; }

  /// The file is whole: it takes its name, and leftovers of earlier writers of PATH are removed.
  /// Once. Throws OutputError; then the temporary file is kept.
  void finish();
  /// Leaves the temporary file for a reader.
  void keep() noexcept;

 private:
  UnfinishedFile() = default;
  void create();
  void note() noexcept;
  void forget() noexcept;

  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
  int lock_ = -1;  ///< A duplicate of descriptor_: holds the lock until after the renaming.
  bool kept_ = false;
  int slot_ = -1;  ///< Where remove_unfinished_files() finds the temporary name.
};

/// Removes the temporary files of this process, for a program that ends without destructors. May be
/// called in a signal handler. Files that were kept stay.
void remove_unfinished_files() noexcept;

}  // namespace loopsteal
