#include "bench/measure/unfinished_file.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/measure/output.hpp"

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".part";

[[noreturn]] void fail(std::string_view action, const std::string& name, int error) {
  throw OutputError(fmt::format("Cannot {} {}: {}.", action, name, std::strerror(error)),
                    error == EPIPE);
}

// The temporary names of this process, for remove_unfinished_files(). A process writes few files at
// once; one beyond the slots is only not removed by a signal.
std::array<std::atomic<const char*>, 64> unfinished{};
std::atomic<pid_t> owner = 0;  ///< Its process: a fork inherits the names, but not the files.

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// Holds the lock of a folder. Without one (no permission, no locks there) it holds nothing.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    // Locks of this kind last for a few system calls; one that lasts is somebody else's.
    constexpr int kTries = 200;
    constexpr useconds_t kPauseUs = 10'000;
    for (int i = 0; descriptor_ >= 0 && i < kTries; ++i) {
      held_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
      if (held_ || (errno != EWOULDBLOCK && errno != EINTR)) return;
      ::usleep(kPauseUs);
    }
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  int descriptor_;
  bool held_ = false;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether `name` is a temporary name of `base`: BASE.PROCESS-NUMBER.part.
bool is_temporary_name(std::string_view name, std::string_view base) {
  if (!name.starts_with(base) || !name.ends_with(kEnding)) return false;
  name.remove_prefix(base.size());
  if (!name.starts_with('.') || name.size() <= kEnding.size() + 1) return false;
  name.remove_prefix(1);
  name.remove_suffix(kEnding.size());
  const std::size_t dash = name.find('-');
  return dash != std::string_view::npos && is_number(name.substr(0, dash)) &&
         is_number(name.substr(dash + 1));
}

std::vector<std::string> temporary_files_of(const std::string& path) {
  const std::string base = fs::path(path).filename().string();
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder_of(path), error), end; !error && at != end;
       at.increment(error)) {
    const fs::path name = at->path().filename();
    if (is_temporary_name(name.string(), base))
      names.push_back((fs::path(path).parent_path() / name).string());
  }
  return names;
}

enum class Holder : std::uint8_t { writer, nobody, unknown };

// Calls `use` with the lock of the file held if nobody else holds it.
template <class Use>
Holder look_at(const std::string& name, Use use) {
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return Holder::unknown;
  Holder holder = Holder::nobody;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    use();
  } else {
    holder = errno == EWOULDBLOCK ? Holder::writer : Holder::unknown;
  }
  ::close(descriptor);
  return holder;
}

// The temporary file of the process that writes `path` now; empty if there is none.
std::string being_written_as(const std::string& path) {
  for (const std::string& name : temporary_files_of(path)) {
    if (look_at(name, [] {}) == Holder::writer) return name;
  }
  return {};
}

void remove_leftovers(const std::string& path) {
  const FolderLock lock(folder_of(path));
  if (!lock.held()) return;
  for (const std::string& name : temporary_files_of(path))
    look_at(name, [&] { ::unlink(name.c_str()); });
}

// "results.json" and 2 give "results-2.json".
std::string numbered(const std::string& path, unsigned number) {
  if (number == 1) return path;
  const fs::path parts(path);
  return (parts.parent_path() /
          fmt::format("{}-{}{}", parts.stem().string(), number, parts.extension().string()))
      .string();
}

}  // namespace

UnfinishedFile::UnfinishedFile(std::string path, Writers writers) : path_(std::move(path)) {
  const FolderLock lock(folder_of(path_));
  const std::string other = writers == Writers::one ? being_written_as(path_) : "";
  if (!other.empty()) {
    throw OutputError(
        fmt::format("{} is being written already, as {}: give each output a name of its own.",
                    path_, other),
        false);
  }
  create();
}

UnfinishedFile UnfinishedFile::with_new_name(const std::string& path) {
  const FolderLock lock(folder_of(path));
  UnfinishedFile file;
  for (unsigned number = 1;; ++number) {
    file.path_ = numbered(path, number);
    // In this order: the second look finds the file of a writer that renames it in between.
    if (being_written_as(file.path_).empty() && ::access(file.path_.c_str(), F_OK) != 0) break;
  }
  file.create();
  return file;
}

UnfinishedFile::UnfinishedFile(UnfinishedFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      lock_(std::exchange(other.lock_, -1)),
      kept_(other.kept_) {
  other.forget();
  other.temporary_.clear();
  if (!temporary_.empty()) note();  // A short name has moved.
}

UnfinishedFile::~UnfinishedFile() {
  forget();
  if (!temporary_.empty() && !kept_) ::unlink(temporary_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
  if (lock_ >= 0) ::close(lock_);
}

void UnfinishedFile::create() {
  static std::atomic<unsigned> next{0};
  while (true) {
    // Relaxed: only that the numbers differ matters.
    const unsigned number = next.fetch_add(1, std::memory_order_relaxed);
    std::string name = fmt::format("{}.{}-{}{}", path_, ::getpid(), number, kEnding);
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) continue;  // Of a process with this number, before us.
    if (descriptor < 0) fail("create", name, errno);
    ::flock(descriptor, LOCK_EX);
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && status.st_nlink == 0) {
      ::close(descriptor);  // Taken for a leftover before it was locked.
      continue;
    }
    descriptor_ = descriptor;
    lock_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    temporary_ = std::move(name);
    note();
    return;
  }
}

void UnfinishedFile::keep() noexcept {
  kept_ = true;
  forget();
}

void UnfinishedFile::finish() {
  keep();  // Until it has its name: what was written is worth more than tidiness.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail("write to", path_, errno);
  // Some file systems say only here that the disk is full.
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("write to", path_, errno);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    fail("rename " + temporary_ + " to", path_, errno);
  temporary_.clear();
  ::close(std::exchange(lock_, -1));
  remove_leftovers(path_);
}

void UnfinishedFile::note() noexcept {
  // Relaxed: the same for all threads of a process. A fork begins with none of its parent's names.
  if (owner.exchange(::getpid(), std::memory_order_relaxed) != ::getpid())
    for (std::atomic<const char*>& slot : unfinished)
      slot.store(nullptr, std::memory_order_relaxed);
  for (std::size_t i = 0; i < unfinished.size(); ++i) {
    const char* nobody = nullptr;
    // Release: pairs with the load in remove_unfinished_files(), which reads the name.
    if (!unfinished[i].compare_exchange_strong(nobody, temporary_.c_str(),
                                               std::memory_order_release,
                                               std::memory_order_relaxed))  // Taken: the next one.
      continue;
    slot_ = static_cast<int>(i);
    return;
  }
}

void UnfinishedFile::forget() noexcept {
  if (slot_ < 0) return;
  // Release: pairs with the exchange in note(); the next owner's name is not mixed with ours.
  unfinished[static_cast<std::size_t>(slot_)].store(nullptr, std::memory_order_release);
  slot_ = -1;
}

void remove_unfinished_files() noexcept {
  if (owner.load(std::memory_order_relaxed) != ::getpid()) return;  // Relaxed: see note().
  for (const std::atomic<const char*>& slot : unfinished) {
    const char* const name = slot.load(std::memory_order_acquire);  // Pairs with note()'s.
    if (name != nullptr) ::unlink(name);
  }
}

}  // namespace loopsteal
