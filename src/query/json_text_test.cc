#include "query/json_text.h"

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

std::string text_of(std::string_view text) {
  std::string out;
  put_json_text(text, out);
  return out;
}

std::string number_of(double value) {
  std::string out;
  put_json_number(value, out);
  return out;
}

TEST(JsonText, EscapesWhatHtmlAndTerminalsWouldUnderstand) {
  EXPECT_EQ(text_of("a \"b\" \\ <i>&\n\x1b[0m"), R"("a \"b\" \\ \u003ci\u003e\u0026\n\u001b[0m")");
  EXPECT_EQ(text_of("\xc3\xbc \xe2\x80\xa8"), "\"\xc3\xbc \\u2028\"");
}

TEST(JsonText, MakesUtf8OfAnyBytes) { EXPECT_EQ(text_of("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\""); }

TEST(JsonText, WritesNumbersAsGoDoes) {
  EXPECT_EQ(number_of(0.1), "0.1");
  EXPECT_EQ(number_of(-0.000001), "-0.000001");
  EXPECT_EQ(number_of(1e-7), "1e-7");
  EXPECT_EQ(number_of(1.5e-12), "1.5e-12");
  EXPECT_EQ(number_of(1e20), "100000000000000000000");
  EXPECT_EQ(number_of(1e21), "1e+21");
}

}  // namespace
}  // namespace inquest::query
