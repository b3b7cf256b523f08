// The same program is the same run, event for event: twice in a process, on several threads at
// once, and in every build. A table of hashes stands for the last: debug and release builds,
// sanitizers and compilers have to agree on it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/sync/channel.hpp"
#include "sched/core/sync/mutex.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

// ---- Programs -----------------------------------------------------------------------------------

/// Work that differs from place to place, the same in every build: no floating point in it.
Work uneven(std::uint64_t place) { return Work{static_cast<std::int64_t>(mix64(place) % 20'000)}; }

/// Divide and conquer, with work at every node.
Task<void> tree(Scheduler& scheduler, std::uint64_t node, int depth) {
  co_await compute(uneven(node));
  if (depth == 0) co_return;
  TaskGroup group(scheduler);
  group.spawn(tree(scheduler, 2 * node, depth - 1));
  group.spawn(tree(scheduler, 2 * node + 1, depth - 1));
  co_await group.join();
}

Task<void> root_of_tree(Scheduler& scheduler) { return tree(scheduler, 1, 8); }

/// Clients outside, each of whose requests uses every verb there is.
struct Service {
  Mutex mutex;
  Channel<std::uint64_t> results{4};
};

Task<void> serve(Service& service, std::uint64_t number) {
  co_await compute(uneven(number));
  co_await io(Duration(5'000));
  co_await yield();
  if (number % 5 == 0) co_await blocking(30us);
  if (number % 7 == 0) co_await sleep_for(1ms);
  co_await service.mutex.lock();
  co_await accounted(Work::of(300ns));
  service.mutex.unlock();
  static_cast<void>(co_await service.results.send(number));
}

Task<void> collect(Service& service, int count) {
  for (int i = 0; i < count; ++i) static_cast<void>(co_await service.results.receive());
}

Task<void> root_of_service(Scheduler& scheduler) {
  constexpr int kRequests = 200;
  Service service;
  TaskGroup group(scheduler);
  group.spawn(collect(service, kRequests));
  TimePoint arrival = scheduler.now();
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    arrival += uneven(i + 1'000).duration() / 4;
    co_await outside_until(arrival);
    group.spawn(serve(service, i), static_cast<AffinityKey>(i % 16));
  }
  co_await group.join();
}

struct Program {
  const char* name;
  Task<void> (*root)(Scheduler&);
};
constexpr Program kPrograms[] = {{"tree", root_of_tree}, {"service", root_of_service}};

// ---- Runs ---------------------------------------------------------------------------------------

struct Point {
  const char* scheduler;
  bool priced = false;
  std::uint64_t shuffle_ties = 0;
  std::uint64_t seed = 1;
};

std::uint64_t hash_of(const Point& point, const Program& program) {
  SchedulerSetup setup{.machine = "sim", .workers = 8, .seed = point.seed};
  setup.sim.shuffle_ties = point.shuffle_ties;
  std::int64_t ns = 20;
  for (const CostEntry& entry : cost_entries())
    if (point.priced) entry.of(setup.sim.costs) = Duration(ns += 7);
  const auto scheduler = make_scheduler(parse_spec(point.scheduler), setup);
  return scheduler->run(program.root(*scheduler)).virtual_account->trace_hash;
}

/// What every build finds: for each point, the hashes of the programs in their order.
struct Expected {
  Point point;
  std::uint64_t hashes[std::size(kPrograms)];
};

// clang-format off
const Expected kTable[] = {
    {{"event_loop:blocking_threads=4", false, 0, 1},
     {0xc08caeb5f6112824, 0xc38f0a01c593103f}},
    {{"event_loop:blocking_threads=4", true, 0, 1},
     {0x11a9c837505991bb, 0x910df4f2f579780e}},
    {{"sharded_loops:blocking_threads=4", false, 0, 1},
     {0xbbc7664d69e5dea9, 0x308a6f2e93de5c98}},
    {{"sharded_loops:placement=random,blocking_threads=4", true, 0, 1},
     {0x9a411834e2d00037, 0x5e653cb9ab500c24}},
    {{"sharded_loops:placement=random,blocking_threads=4", true, 0, 2},
     {0xbb786978fb9d49b1, 0xc6f95e8ea6ee5838}},
    {{"shared_queue", false, 0, 1},
     {0x372c01b757ca00ac, 0xd8e6cfe20fcb729f}},
    {{"shared_queue", true, 0, 1},
     {0xf49728223b94fb69, 0xd15882e55abb00cf}},
    {{"shared_queue", true, 9, 1},
     {0x7513bfdd22c290cb, 0xccbd0c15f844463b}},
    {{"work_stealing", false, 0, 1},
     {0xcb37f2cb585367ef, 0x1c0cf50c98a26b97}},
    {{"work_stealing", true, 0, 1},
     {0xd29e8ae4eb95eaed, 0x978b3f1106695900}},
    {{"work_stealing", true, 0, 2},
     {0xc4397dd8f84b3f12, 0x43bb25c11cf92d32}},
    {{"work_stealing", false, 9, 1},
     {0xcf5013746473b8f8, 0x0ef0d20287c873a1}},
    {{"work_stealing:local_order=lifo,steal=one", true, 0, 1},
     {0x95a425cb1eb2748f, 0x805212099a32eae2}},
    {{"work_stealing:victim=random,lifo_slot=off", true, 0, 1},
     {0x0cee43d9ec44701d, 0xabd0b8630861f692}},
    {{"random_stealing", true, 0, 1},
     {0x4e24393e17a215fb, 0xd1747e5f26356b87}},
    {{"random_stealing", true, 9, 2},
     {0xab7a27768b68b1ab, 0x8b9108cecd5d0668}},
    {{"random_stealing:preset=mean-field", true, 0, 1},
     {0x531af7bfa442f039, 0x143c2604052edd4b}},
    {{"random_stealing:preset=mean-field,retry_rate=1000,victims_sampled=2", true, 0, 1},
     {0x6d13fc5bd3698d0a, 0x313edaef15595639}},
    {{"random_stealing:preset=probing", true, 0, 1},
     {0xb7fd5a293c5d2fad, 0x56f6465e0b0e1ec8}},
    {{"random_stealing:preset=probing", false, 0, 1},
     {0xd5894fa677d50ef7, 0x36332f84900b803b}},
    {{"random_stealing:preset=mean-field,transfer=exp,transfer_latency=50us,victim_threshold=3",
      true, 9, 2},
     {0x4589929a7975e94d, 0x7f227f643f336f43}},
    {{"random_stealing:placement=jsq,local_order=random,stolen_order=kept", true, 0, 1},
     {0x0f14445510102b43, 0xdf52ab5c3f4f2ddf}},
    {{"random_stealing:placement=skewed,local_order=lifo,probes_per_step=2,steal=half_floor",
      true, 0, 1},
     {0x126dd0df6be6423e, 0xeeb49f2ed29df578}},
    {{"random_stealing:placement=round_robin,transfer_latency=10us,steal=all,event_interval=1",
      true, 0, 1},
     {0xb3200079d642a814, 0x8f319b77b46d5631}},
};
// clang-format on

std::string in_source(const Point& point, const std::vector<std::uint64_t>& hashes) {
  char text[300];
  std::snprintf(
      text, sizeof text, "    {{\"%s\", %s, %llu, %llu},\n     {0x%016llx, 0x%016llx}},\n",
      point.scheduler, point.priced ? "true" : "false",
      static_cast<unsigned long long>(point.shuffle_ties),
      static_cast<unsigned long long>(point.seed), static_cast<unsigned long long>(hashes[0]),
      static_cast<unsigned long long>(hashes[1]));
  return text;
}

// If a policy, the machine or a program above was changed on purpose, the table that is printed
// here replaces the one above, with the reason in the commit.
TEST(TraceHash, IsTheSameInEveryBuild) {
  std::string table;
  bool same = true;
  for (const Expected& row : kTable) {
    std::vector<std::uint64_t> hashes;
    for (const Program& program : kPrograms) {
      hashes.push_back(hash_of(row.point, program));
      same = same && hashes.back() == row.hashes[hashes.size() - 1];
    }
    table += in_source(row.point, hashes);
  }
  EXPECT_TRUE(same) << "What this build finds:\n" << table;
}

TEST(TraceHash, IsTheSameTwiceInAProcess) {
  for (const Expected& row : kTable)
    for (const Program& program : kPrograms)
      EXPECT_EQ(hash_of(row.point, program), hash_of(row.point, program))
          << row.point.scheduler << ' ' << program.name;
}

TEST(TraceHash, IsTheSameOnSeveralThreadsAtOnce) {
  constexpr std::size_t kThreads = 4;
  std::vector<std::vector<std::uint64_t>> hashes(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::vector<std::uint64_t>& mine : hashes)
      threads.emplace_back([&mine] {
        for (const Expected& row : kTable)
          for (const Program& program : kPrograms) mine.push_back(hash_of(row.point, program));
      });
  }
  for (const std::vector<std::uint64_t>& each : hashes) EXPECT_EQ(each, hashes.front());
}

// A hash that did not tell runs apart would be the same everywhere, too.
TEST(TraceHash, TellsRunsApart) {
  std::set<std::uint64_t> hashes;
  for (const Expected& row : kTable)
    for (const Program& program : kPrograms) hashes.insert(hash_of(row.point, program));
  EXPECT_EQ(hashes.size(), std::size(kTable) * std::size(kPrograms));
}

}  // namespace
}  // namespace loopsteal
