// What --help says before it lists options: examples, since most people want one of them.
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace loopsteal {

/// The examples of a subcommand, or of the program for "".
std::string examples_of(std::string_view command);

/// CLI11's help with the footer, which holds the examples, put first.
class ExamplesFirst final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_footer(const CLI::App*) const override { return {}; }
};

}  // namespace loopsteal
