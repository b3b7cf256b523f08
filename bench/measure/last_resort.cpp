#include "bench/measure/last_resort.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <typeinfo>
#include <utility>

#include <cxxabi.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/measure/json.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/measure/unfinished_file.hpp"

namespace loopsteal {
namespace {

constexpr int kEnvironmentFailed = 3;  // As kExitEnvironment of the program.

// Address space for closing the results when there is none left; untouched, so no memory.
constexpr std::size_t kReserveBytes = std::size_t{8} << 20;
void* reserve = MAP_FAILED;

std::terminate_handler abort_as_before = nullptr;
std::atomic<const std::function<void(const std::string&)>*> closing = nullptr;
std::atomic<bool> ending = false;
pid_t owner = 0;  ///< The process whose results are closed: not one forked from it.
thread_local bool allocation_failed = false;

std::string memory_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  return fmt::format(" of {} MB (ulimit -v)", limit.rlim_cur >> 20);
}

std::string out_of_memory() {
  return fmt::format(
      "Out of memory: the run needs more than the limit{} allows. Take fewer tasks or requests, or "
      "raise the limit.",
      memory_limit());
}

std::string out_of_threads() {
  return "A thread could not be started: most likely the limit of threads is reached (ulimit -u). "
         "Take fewer workers or --threads, or raise the limit.";
}

// A handler of operator new that gives up, and remembers that it had to.
void note_failed_allocation() {
  allocation_failed = true;
  throw std::bad_alloc();
}

// What std::terminate() was called for, if it is a lack of memory or threads; else empty.
std::string cause_of_the_end() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) {
    // No exception was caught, so one may be on its way through a destructor that cannot go on.
    return std::uncaught_exceptions() > 0 && allocation_failed ? out_of_memory() : std::string();
  }
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::system_error& error) {
    return error.code() == std::errc::resource_unavailable_try_again ? out_of_threads()
                                                                     : std::string();
  } catch (const std::runtime_error& error) {  // As oneTBB says it.
    return std::string_view(error.what()).starts_with("pthread_create") ? out_of_threads()
                                                                        : std::string();
  } catch (...) {
    return {};
  }
}

[[noreturn]] void end_here() noexcept {
  const bool first = !ending.exchange(true, std::memory_order_acq_rel);
  if (!first) {
    while (true) ::pause();  // Another thread ends the program.
  }
  if (reserve != MAP_FAILED) ::munmap(reserve, kReserveBytes);
  std::string cause;
  try {
    cause = cause_of_the_end();
    if (cause.empty()) abort_as_before();
    write_to_stderr("loopsteal: " + cause + "\n");
    // Acquire: pairs with the stores of LastResort.
    const auto* const close = closing.load(std::memory_order_acquire);
    if (close != nullptr && owner == ::getpid()) (*close)(cause);
  } catch (...) {
    write_to_stderr("loopsteal: Results could not be closed: memory has run out.\n");
  }
  if (cause.empty()) std::abort();
  remove_unfinished_files();
  _exit(kEnvironmentFailed);
}

}  // namespace

void prepare_for_the_worst() {
  reserve =
      ::mmap(nullptr, kReserveBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  std::set_new_handler(&note_failed_allocation);
  abort_as_before = std::set_terminate(&end_here);
}

LastResort::LastResort(std::function<void(const std::string& cause)> close_results) {
  owner = ::getpid();
  // Release: pairs with the load in end_here().
  closing.store(new std::function<void(const std::string&)>(std::move(close_results)),
                std::memory_order_release);
}

LastResort::~LastResort() {
  delete closing.exchange(nullptr, std::memory_order_acq_rel);  // Pairs with end_here()'s load.
}

bool is_out_of_memory(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
}

std::string sentence_of(const std::exception& error) {
  if (is_out_of_memory(error)) return out_of_memory();
  if (dynamic_cast<const Json::exception*>(&error) != nullptr) {
    return fmt::format("A file of JSON holds what no such file of ours does ({}).", error.what());
  }
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  if (system == nullptr) return error.what();
  const std::error_code code = system->code();
  if (code == std::errc::too_many_files_open || code == std::errc::too_many_files_open_in_system) {
    return fmt::format(
        "{}. More open files are needed than the limit allows: raise it (ulimit -n) or use fewer "
        "connections.",
        error.what());
  }
  if (code == std::errc::resource_unavailable_try_again)
    return fmt::format("{} ({}).", out_of_threads(), error.what());
  return error.what();
}

}  // namespace loopsteal
