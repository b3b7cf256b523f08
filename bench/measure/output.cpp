#include "bench/measure/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace loopsteal {
namespace {

[[noreturn]] void fail(std::string_view action, const std::string& name, int error) {
  throw OutputError(fmt::format("Cannot {} {}: {}.", action, name, std::strerror(error)),
                    error == EPIPE);
}

void write_all(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write to", name, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

class StandardOutput final : public Output {
 public:
  void write(std::string_view text) override { write_all(STDOUT_FILENO, text, "standard output"); }
  void commit() override {}
};

/// A pipe or a device: there is nothing to rename.
class DirectOutput final : public Output {
 public:
  DirectOutput(int descriptor, std::string path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  void write(std::string_view text) override { write_all(descriptor_.get(), text, path_); }
  void commit() override {}

 private:
  Descriptor descriptor_;
  std::string path_;
};

class FileOutput final : public Output {
 public:
  FileOutput(int descriptor, std::string path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;
  /// One that holds nothing is of no use to anybody.
  ~FileOutput() override {
    struct stat status {};
    const bool open = descriptor_.get() >= 0 && ::fstat(descriptor_.get(), &status) == 0;
    if (open && status.st_size == 0) ::unlink(part().c_str());
  }

  void write(std::string_view text) override { write_all(descriptor_.get(), text, path_); }

  void commit() override {
    if (::fsync(descriptor_.get()) != 0 && errno != EINVAL) fail("write to", path_, errno);
    // Some file systems say only here that the disk is full.
    if (::close(descriptor_.release()) != 0) fail("write to", path_, errno);
    if (std::rename(part().c_str(), path_.c_str()) != 0)
      fail("rename " + part() + " to", path_, errno);
  }

 private:
  [[nodiscard]] std::string part() const { return path_ + ".part"; }

  Descriptor descriptor_;
  std::string path_;
};

}  // namespace

std::unique_ptr<Output> standard_output() { return std::make_unique<StandardOutput>(); }

std::unique_ptr<Output> open_output(const std::string& path) {
  if (path == "-") return standard_output();
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail("write to", path, EISDIR);
  const bool plain = !exists || S_ISREG(status.st_mode);
  const std::string opened = plain ? path + ".part" : path;
  const int flags = O_WRONLY | O_CLOEXEC | (plain ? O_CREAT | O_TRUNC : 0);
  const int descriptor = ::open(opened.c_str(), flags, 0666);
  if (descriptor < 0) fail("create", opened, errno);
  if (plain) return std::make_unique<FileOutput>(descriptor, path);
  return std::make_unique<DirectOutput>(descriptor, path);
}

}  // namespace loopsteal
