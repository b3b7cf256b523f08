// What the program's exit status says. Scripts depend on it: values never change their meaning.
#pragma once

#include <stdexcept>

namespace loopsteal {

enum ExitStatus : int {
  kExitOk = 0,
  kExitNegative = 1,     ///< A verdict is negative: a wrong answer, a machine unfit to measure on.
  kExitUsage = 2,        ///< The command line, an environment variable or the config is wrong.
  kExitEnvironment = 3,  ///< A file or pipe could not be used, or a thread not be started.
  kExitPartial = 4,      ///< Some points did not end; the others were measured.
  kExitInterrupted = 130,  ///< Ctrl-C; what was measured was kept.
};

/// What the user asked for cannot be done: exit status kExitUsage. The message is shown as it is.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

}  // namespace loopsteal
