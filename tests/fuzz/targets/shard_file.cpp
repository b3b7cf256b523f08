// The rows of one shard of a sweep: read, continued by a writer, and read again.
#include "bench/sweep/shard_file.hpp"

#include <filesystem>

#include "bench/measure/results_file.hpp"
#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const std::string path = write_input("shard.jsonl", input);
  ShardRows before;
  if (!accepted<ResultsError, SpecError>(input, [&] { before = read_shard(path); })) return;
  expect(before.whole_bytes <= input.size(), "a shard has more whole bytes than bytes");
  for (const Json& row : before.rows) static_cast<void>(ended(row));
  {
    ShardWriter writer(folder(), "shard", Json::object());
    writer.append({{kPointIdField, "0123456789abcdef"}});
  }
  const ShardRows after = read_shard(path);
  expect(!after.torn, "a shard that was continued is torn");
  expect(after.rows.size() == before.rows.size() + 1, "a continued shard has lost rows");
}

const Target target("shard_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
