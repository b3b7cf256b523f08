// The page that results are put into: one HTML file, which npm builds from bench/report/page.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/measure/json.hpp"

namespace loopsteal {

/// There is no page, or no valid one. The message says how to get one.
class PageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Path of this program's page: installed or built, at one place relative to the program.
std::filesystem::path page_path();

/// Throws PageError.
std::string read_page(const std::filesystem::path& path);

/// JSON for a <script> element: nothing in it ends the element or opens a comment.
std::string to_script_text(const Json& json);

/// The page with `json` in its placeholder. Throws PageError unless it has exactly one.
std::string with_data(std::string_view page, const Json& json);

}  // namespace loopsteal
