// libgomp: OpenMP's tasks, one for each second call of fib and one for each node of a tree.
#include "scripts/peers/common/harness.hpp"
#include "scripts/peers/common/uts.hpp"

namespace {

using namespace peers;

constexpr const char* kVersion = __VERSION__;

class Fork {
 public:
  template <class F>
  void fork(F function) {
#pragma omp task firstprivate(function)
    function();
  }
  void join() {
#pragma omp taskwait
  }
};

std::uint64_t fib(int n) {
  if (n < 2) return static_cast<std::uint64_t>(n);
  std::uint64_t forked = 0;
#pragma omp task shared(forked) firstprivate(n)
  forked = fib(n - 1);
  const std::uint64_t called = fib(n - 2);
#pragma omp taskwait
  return forked + called;
}

template <class Body>
void in_parallel(int workers, Body body) {
#pragma omp parallel num_threads(workers)
  {
#pragma omp single
    body();
  }
}

void count_tree(const Request& request) {
  const loopsteal::NamedUtsTree& named = named_tree(request.work);
  const loopsteal::UtsTree tree(named.parameters);
  measure(request, kVersion, named.nodes, [&] {
    std::uint64_t nodes = 0;
    in_parallel(request.workers, [&] { nodes = count_nodes<Fork>(tree, tree.root()); });
    if (nodes != named.nodes) std::abort();
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Request request = parse(argc, argv);
  if (request.work.starts_with("uts_")) return count_tree(request), 0;
  if (request.work != "fork_join") unknown(request);
  measure(request, kVersion, fib_calls(request.size),
          [&] { in_parallel(request.workers, [&] { keep(fib(request.size)); }); });
}
