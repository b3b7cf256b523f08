// `loopsteal schema`: the JSON Schema of results.
#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/run_schema.hpp"
#include "bench/measure/output.hpp"

namespace loopsteal {
namespace {

struct SchemaCommand final : ParsedCommand {
  explicit SchemaCommand(CLI::App&) {}
  [[nodiscard]] int run(const Invocation&) const override {
    standard_output()->write(kRunSchema);
    return kExitOk;
  }
};

}  // namespace

extern const Command schema_command = {.name = "schema",
                                       .summary = "Print the JSON Schema of results.",
                                       .examples =
                                           "Examples:\n"
                                           "  loopsteal schema > loopsteal.run.schema.json\n",
                                       .declare = &declare<SchemaCommand>};

}  // namespace loopsteal
