#include "bench/measure/output.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

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
  [[nodiscard]] std::string path() const override { return path_; }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class FileOutput final : public Output {
 public:
  explicit FileOutput(UnfinishedFile file) : file_(std::move(file)) {}

  void write(std::string_view text) override {
    try {
      write_all(file_.descriptor(), text, file_.path());
    } catch (const OutputError& error) {
      file_.keep();
      throw OutputError(fmt::format("{} What was written until then is in {}.", error.what(),
                                    file_.temporary_path()),
                        error.closed());
    }
  }
  void commit() override { file_.finish(); }
  [[nodiscard]] std::string path() const override { return file_.path(); }
  [[nodiscard]] bool is_file() const override { return true; }

 private:
  UnfinishedFile file_;
};

}  // namespace

std::unique_ptr<Output> standard_output() { return std::make_unique<StandardOutput>(); }

std::unique_ptr<Output> open_output(const std::string& path, Writers writers) {
  if (path == "-") return standard_output();
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (path.empty()) throw OutputError("An output needs a name, or - for standard output.", false);
  if (exists && S_ISDIR(status.st_mode)) fail("write to", path, EISDIR);
  if (!exists || S_ISREG(status.st_mode))
    return std::make_unique<FileOutput>(UnfinishedFile(path, writers));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail("open", path, errno);
  return std::make_unique<DirectOutput>(descriptor, path);
}

std::unique_ptr<Output> open_new_output(const std::string& path) {
  return std::make_unique<FileOutput>(UnfinishedFile::with_new_name(path));
}

}  // namespace loopsteal
