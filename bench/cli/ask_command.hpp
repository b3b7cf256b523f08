// `loopsteal ask`: a design question in, the evidence out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loopsteal {

struct AskCommand {
  std::vector<std::string> words;  ///< None: list the questions.
  bool full = false;
  std::uint64_t seed = 1;
  std::uint32_t threads = 0;  ///< 0: one for each CPU.
  std::string format = "table";
  std::string output = "-";
  std::string raw;  ///< "": where compare keeps its rows, too; "none": nowhere.
  std::string progress = "auto";
};

/// Runs the experiment of the question and prints the answer. Returns kExitNegative if a claim that
/// it rests on did not hold, kExitPartial if a run failed. Throws UsageError, SpecError and
/// OutputError before anything is measured.
int ask_command(const AskCommand& command, const std::string& command_line);

}  // namespace loopsteal
