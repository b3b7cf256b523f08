// Results are put into the page so that nothing in them is taken for a part of it.
#include "bench/report/page.hpp"

#include <gmock/gmock.h>

#include "tests/bench/report/files.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Page = testing::Files;

constexpr std::string_view kPage =
    "<html><script type=\"application/json\">\"loopsteal:report-data\"</script><body></html>";

TEST_F(Page, WhatIsPutInComesOutAgain) {
  const Json json = {{"text", "</script><!--<script>&amp; \"quoted\" \\ \u2028 \x7f ü"},
                     {"numbers", {1, -2.5, nullptr, true}}};
  const std::string whole = with_data(kPage, json);
  const std::size_t begin = whole.find("json\">") + 6;
  const std::string inside = whole.substr(begin, whole.find("</script>") - begin);
  EXPECT_EQ(Json::parse(inside), json);
  EXPECT_TRUE(whole.ends_with("</script><body></html>"));
}

TEST_F(Page, NoTextEndsTheScript) {
  const std::string text = to_script_text(Json{{"</ScRiPt>", "<!-- ]]> &"}});
  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_THAT(text, Not(HasSubstr(">")));
  EXPECT_THAT(text, Not(HasSubstr("&")));
}

TEST_F(Page, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(Json::parse(to_script_text(Json{{"name", "a\xff"}}))["name"], "a\ufffd");
}

TEST_F(Page, APageWithoutAPlaceOrWithTwoIsRefused) {
  EXPECT_THROW(with_data("<html></html>", Json::object()), PageError);
  EXPECT_THROW(with_data(std::string(kPage) + std::string(kPage), Json::object()), PageError);
}

TEST_F(Page, APageThatIsNotThereSaysHowToGetIt) {
  try {
    read_page(path("none.html"));
    FAIL() << "read a page that is not there";
  } catch (const PageError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path("none.html")));
    EXPECT_THAT(error.what(), HasSubstr("npm"));
    EXPECT_THAT(error.what(), HasSubstr("configure and build again"));
  }
  write("empty.html", "");
  EXPECT_THROW(read_page(path("empty.html")), PageError);
}

}  // namespace
}  // namespace loopsteal
