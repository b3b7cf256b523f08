// echo when the operating system says no: a clear error, no hang, no descriptor left behind.
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

long open_descriptors() {
  const std::filesystem::directory_iterator list("/proc/self/fd");
  return std::distance(begin(list), end(list));
}

/// Lets this process open `more` descriptors than it has now, while it lives.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(long more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(open_descriptors() + more);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

/// UBSan looks at a type that it meets for the first time through a pipe, which the limit would
/// deny it, and then reports the object as broken. So it meets this type before.
void let_sanitizer_meet_system_error() {
  const std::system_error error(std::error_code(EMFILE, std::generic_category()), "first");
  EXPECT_EQ(error.code().value(), EMFILE);
}

class EchoWithoutDescriptors : public testing::TestWithParam<std::string> {};

// At every limit some other call is the first to fail: listen, socket, accept.
TEST_P(EchoWithoutDescriptors, EndsWithAClearError) {
  const auto scheduler = make_scheduler(parse_spec(GetParam()), {.workers = 2});
  // Once as it should be: what the scheduler opens for itself is open from now on.
  const auto warm_up = make_workload(parse_spec("echo:connections=2"), {.workers = 2});
  scheduler->run(warm_up->root(*scheduler));
  ASSERT_TRUE(warm_up->result().answer_ok);
  let_sanitizer_meet_system_error();
  const long before = open_descriptors();
  for (const long more : {0, 1, 2, 3, 4, 5, 6, 7, 8, 17}) {
    SCOPED_TRACE(more);
    const auto workload = make_workload(parse_spec("echo:connections=40"), {.workers = 2});
    try {
      const DescriptorLimit limit(more);
      scheduler->run(workload->root(*scheduler));
      ADD_FAILURE() << "40 connections do not fit";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), EMFILE) << error.what();
      EXPECT_NE(std::string(error.what()).find("Too many open files"), std::string::npos);
    }
    EXPECT_FALSE(workload->result().answer_ok);
  }
  EXPECT_LE(open_descriptors(), before + 1);  // The listener of the last workload has gone, too.
}

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const SchedulerInfo& info : schedulers()) names.emplace_back(info.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EchoWithoutDescriptors, testing::ValuesIn(scheduler_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace loopsteal
