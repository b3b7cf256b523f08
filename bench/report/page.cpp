#include "bench/report/page.hpp"

#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

namespace loopsteal {
namespace {

// Placeholder for the results in bench/report/page/index.html.
constexpr std::string_view kPlace = "\"loopsteal:report-data\"";

}  // namespace

std::filesystem::path page_path() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path() / LOOPSTEAL_PAGE_FROM_PROGRAM).lexically_normal();
}

std::string read_page(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || text.str().empty()) {
    throw PageError(fmt::format(
        "The page of the report is not at {}. npm makes it from bench/report/page, the first time "
        "over the network: install nodejs and npm (scripts/setup does), then configure and build "
        "again.",
        path.string()));
  }
  return text.str();
}

std::string to_script_text(const Json& json) {
  const std::string text = to_line(json);
  std::string safe;
  safe.reserve(text.size() + text.size() / 64);
  // These occur only in strings, where JSON has another spelling for them.
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string with_data(std::string_view page, const Json& json) {
  const std::size_t at = page.find(kPlace);
  if (at == page.npos || page.find(kPlace, at + 1) != page.npos) {
    throw PageError(
        "The page of the report keeps no place, or several, for results: it is damaged "
        "or of another version. Build the target report_page again.");
  }
  const std::string text = to_script_text(json);
  std::string whole;
  whole.reserve(page.size() + text.size());
  whole.append(page.substr(0, at)).append(text).append(page.substr(at + kPlace.size()));
  return whole;
}

}  // namespace loopsteal
