// What the program does when it cannot go on and no exception can say so: memory or threads have
// run out where nothing may be thrown (noexcept code, a thread of the library), or a coroutine that
// has not joined its tasks is being unwound. Instead of aborting it tells the cause, closes what
// was measured and ends with exit status 3.
#pragma once

#include <exception>
#include <functional>
#include <string>

namespace loopsteal {

/// Sets the handlers of std::terminate() and of failed allocations, and sets memory aside for the
/// end. Once, at the start of a program. What is no lack of memory or threads aborts as before.
void prepare_for_the_worst();

/// Closes the results at such an end. One at a time.
class LastResort {
 public:
  /// `close_results` gets the cause, as a sentence. It is called at most once, on the thread that
  /// cannot go on, right before the program ends. It may not wait for that thread's locks.
  explicit LastResort(std::function<void(const std::string& cause)> close_results);
  LastResort(const LastResort&) = delete;
  LastResort& operator=(const LastResort&) = delete;
  ~LastResort();
};

/// The sentence for an exception that stopped a run or the program: with the remedy, where the
/// operating system's own words have none.
std::string sentence_of(const std::exception& error);

/// Whether `error` says that memory has run out.
bool is_out_of_memory(const std::exception& error);

}  // namespace loopsteal
