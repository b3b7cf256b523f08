// What the program's exit status says. Scripts depend on it: values never change their meaning.
#pragma once

#include <stdexcept>

namespace loopsteal {

enum ExitStatus : int {
  kExitOk = 0,
  kExitNegative = 1,  ///< A verdict is negative: a wrong answer, a machine unfit to measure on.
  kExitUsage = 2,     ///< The command line, an environment variable or the config is wrong.
  /// A file or pipe could not be used, memory or threads ran out, or a simulation made no progress.
  kExitEnvironment = 3,
  kExitPartial = 4,        ///< Some points did not end; the others were measured.
  kExitInterrupted = 130,  ///< Ctrl-C; 143 and 129 after SIGTERM and SIGHUP. Rows were kept.
};

/// What the user asked for cannot be done: exit status kExitUsage. The message is shown as it is.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

}  // namespace loopsteal
