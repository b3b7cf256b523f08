// What all fuzz targets share.
//
// A target hands the input to one reader of text from outside, as the program does, and checks what
// holds for every text. Clang links each with libFuzzer, which makes up inputs (`scripts/fuzz`);
// other compilers link all of them with replay.cpp, which runs the inputs of the corpus as tests.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal::fuzz {

/// What a target does with an input: it returns, or ends the process if the reader is wrong. The
/// input lies in memory of exactly its size, so that a sanitizer sees a read beyond its end.
using FuzzOne = void (*)(std::string_view input);

/// Makes a target known under its name. Each is an object of static storage.
struct Target {
  Target(std::string_view name, FuzzOne run);
};

/// The target of that name; of an empty name the only one there is. Null if there is none.
[[nodiscard]] FuzzOne find_target(std::string_view name);

/// Prints `what` and aborts: the input fails.
[[noreturn]] void fail(std::string_view what);

inline void expect(bool holds, std::string_view what) {
  if (!holds) fail(what);
}

/// The sentence that `message` has text of a library in it which `input` does not have; nothing
/// otherwise.
[[nodiscard]] std::optional<std::string> raw_text_in(std::string_view message,
                                                     std::string_view input);

/// Fails unless `message` is a sentence for people: not empty, and without raw_text_in().
void check_message(std::string_view message, std::string_view input);

/// Calls `read`. True if it returns; false if it throws one of `Documented`, whose message is
/// checked. Any other exception fails.
template <class... Documented, class Read>
bool accepted(std::string_view input, const Read& read) {
  try {
    read();
    return true;
  } catch (const std::exception& error) {
    const bool documented = (... || (dynamic_cast<const Documented*>(&error) != nullptr));
    if (!documented) fail("an undocumented exception: " + std::string(error.what()));
    check_message(error.what(), input);
    return false;
  }
}

/// A folder of this process in the one for temporary files. The last process that ends removes it.
const std::string& folder();

/// Writes `text` to the file `name` in folder() and returns its path.
std::string write_input(std::string_view name, std::string_view text);

/// The text of a file, "" if it cannot be read.
std::string text_of_file(const std::string& path);

/// The program's own, made once.
const WorkloadCatalog& catalog();

}  // namespace loopsteal::fuzz
