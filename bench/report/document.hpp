// All that a report shows, as the page reads it: bench/report/page/src/model.ts says what is what.
#pragma once

#include <string>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/report/source.hpp"
#include "bench/report/timeline.hpp"

namespace loopsteal {

struct ReportContent {
  std::string program = {};  ///< Name, version and commit.
  std::string command = {};
  std::string written = {};  ///< When, in UTC.
  std::vector<ReportSource> sources = {};
  std::vector<Timeline> timelines = {};
};

Json to_json(const ReportContent& content);

}  // namespace loopsteal
