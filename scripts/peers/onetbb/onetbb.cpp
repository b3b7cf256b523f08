// oneTBB: task_group for fork-join, enqueue() into an arena for tasks from outside.
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <tbb/version.h>

#include "scripts/peers/common/harness.hpp"
#include "scripts/peers/common/uts.hpp"

namespace {

using namespace peers;

constexpr int kSubmissions = 2000;

class Fork {
 public:
  template <class F>
  void fork(F function) {
    group_.run(std::move(function));
  }
  void join() { group_.wait(); }

 private:
  tbb::task_group group_;
};

std::uint64_t fib(int n) {
  if (n < 2) return static_cast<std::uint64_t>(n);
  std::uint64_t forked = 0;
  tbb::task_group group;
  group.run([&forked, n] { forked = fib(n - 1); });
  const std::uint64_t called = fib(n - 2);
  group.wait();
  return forked + called;
}

void count_tree(const Request& request) {
  const loopsteal::NamedUtsTree& named = named_tree(request.work);
  const loopsteal::UtsTree tree(named.parameters);
  measure(request, TBB_VERSION_STRING, named.nodes, [&] {
    if (count_nodes<Fork>(tree, tree.root()) != named.nodes) std::abort();
  });
}

void wake(const Request& request) {
  tbb::task_arena arena(request.workers, 0);
  measure(request, TBB_VERSION_STRING, kSubmissions, [&] {
    return submissions(kSubmissions, gap_of(request.work), [&](auto& flag) {
      arena.enqueue([&flag] { flag.fetch_add(1, std::memory_order_release); });
    });
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Request request = parse(argc, argv);
  const bool wakes = request.work.starts_with("wake_");
  // A task from outside needs a thread in addition to the workers.
  const auto threads = static_cast<std::size_t>(request.workers + (wakes ? 1 : 0));
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  if (wakes) return wake(request), 0;
  if (request.work.starts_with("uts_")) return count_tree(request), 0;
  if (request.work != "fork_join") unknown(request);
  measure(request, TBB_VERSION_STRING, fib_calls(request.size), [&] { keep(fib(request.size)); });
}
