// A command line, run by the real program in a process of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace loopsteal::fuzz {

/// How a child ended. A child that takes longer than its time, of CPUs or of the clock, is killed.
struct Ended {
  int status = 0;  ///< Its exit status, if it had one.
  int signal = 0;  ///< Which ended it, or 0.
  bool out_of_time = false;
  std::string output;  ///< The beginning of it.
  std::string errors;
};

/// Runs `loopsteal ARGUMENTS...` in a fork of this process, in a fresh folder with the files of
/// small_files(). Limits: memory (where no sanitizer reserves it), CPU time, the size of files. One
/// at a time in a process.
[[nodiscard]] Ended run_in_child(const std::vector<std::string>& arguments);

/// What is wrong with such an end, as a sentence; nothing if it is one of those that the program
/// documents.
[[nodiscard]] std::optional<std::string> wrong_end(const Ended& ended,
                                                   const std::vector<std::string>& arguments);

/// The command, ready to be pasted into a shell.
[[nodiscard]] std::string pasted(const std::vector<std::string>& arguments);

}  // namespace loopsteal::fuzz
