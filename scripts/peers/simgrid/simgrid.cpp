// SimGrid (S4U): M/M/1 at load 0.8 as two actors, a source and a server, joined by a semaphore. An
// operation is an event: an arrival or a departure. SIZE is the number of customers.
#include <cmath>
#include <deque>
#include <string>

#include <simgrid/s4u.hpp>
#include <simgrid/version.h>

#include "scripts/peers/common/harness.hpp"

namespace {

using namespace peers;
namespace s4u = simgrid::s4u;

constexpr double kLoad = 0.8;

double exponential(Random& random, double rate) {
  return -std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53) / rate;
}

void simulate(s4u::Host* host, int customers) {
  const auto waiting = s4u::Semaphore::create(0);
  std::deque<double> arrived;
  double sojourns = 0;
  const auto source = s4u::Actor::create("source", host, [&] {
    Random random;
    for (int i = 0; i < customers; ++i) {
      s4u::this_actor::sleep_for(exponential(random, kLoad));
      arrived.push_back(s4u::Engine::get_clock());
      waiting->release();
    }
  });
  const auto server = s4u::Actor::create("server", host, [&] {
    Random random;
    random();
    for (int i = 0; i < customers; ++i) {
      waiting->acquire();
      s4u::this_actor::sleep_for(exponential(random, 1.0));
      sojourns += s4u::Engine::get_clock() - arrived.front();
      arrived.pop_front();
    }
  });
  source->join();
  server->join();
  keep(sojourns);
}

const std::string kVersion = std::to_string(SIMGRID_VERSION_MAJOR) + "." +
                             std::to_string(SIMGRID_VERSION_MINOR) + "." +
                             std::to_string(SIMGRID_VERSION_PATCH);

}  // namespace

int main(int argc, char** argv) {
  const Request request = parse(argc, argv);
  if (request.work != "mm1") unknown(request);
  std::string quiet = "--log=root.thresh:error";
  char* arguments[] = {argv[0], quiet.data(), nullptr};
  int count = 2;
  s4u::Engine engine(&count, arguments);
  s4u::Host* const host = s4u::create_full_zone("zone")->create_host("host", 1e9);
  host->get_englobing_zone()->seal();
  // The engine runs once; an actor makes the repetitions inside it.
  const auto operations = 2 * static_cast<std::uint64_t>(request.size);
  s4u::Actor::create("control", host, [&] {
    measure(request, kVersion.c_str(), operations, [&] { simulate(host, request.size); });
  });
  engine.run();
}
