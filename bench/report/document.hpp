// Content of a report, in the format of bench/report/page/src/model.ts.
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
  std::string written = {};  ///< Time of writing, in UTC.
  std::vector<ReportSource> sources = {};
  std::vector<Timeline> timelines = {};
};

Json to_json(const ReportContent& content);

}  // namespace loopsteal
