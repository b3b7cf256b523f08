// What every program of this project does first.
#pragma once

namespace loopsteal {

/// Puts /dev/null in the place of closed standard streams, makes signals end the program with a
/// sentence and its documented status, sets handlers for a lack of memory or threads, and ignores
/// SIGPIPE: a closed pipe is an error of write(). First of all in main(), before threads start.
///
/// Signals are handled from before main() on, as soon as the program's own code is loaded.
void start_program();

}  // namespace loopsteal
