#include "bench/measure/program_start.hpp"

#include <signal.h>

#include "bench/measure/interruption.hpp"
#include "bench/measure/last_resort.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

// 101 is the first priority that programs may use: catalogs and tables are made after it. The
// handler needs nothing that a constructor makes.
[[gnu::constructor(101)]] void handle_early_signals() { end_at_once_on_signals(); }

}  // namespace

void start_program() {
  fill_closed_standard_streams();
  end_at_once_on_signals();
  prepare_for_the_worst();
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace loopsteal
