#include "base/base64.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(Base64, IsThatOfTheStandard) {
  // RFC 4648, 10.
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"},
                                                                      {"\xfb\xff", "+/8="}};
  for (const auto& [plain, text] : kCases) {
    EXPECT_EQ(base64(plain), text);
    EXPECT_EQ(from_base64(text), plain);
  }
  EXPECT_EQ(base64_url("\xfb\xff"), "-_8=");
}

TEST(Base64, OtherTextsAreNone) {
  for (const std::string_view text : {"Zg", "Zg=", "Z", "Zm9v!", "Zm 9", "\xff\xff\xff\xff"})
    EXPECT_EQ(from_base64(text), "");
}

}  // namespace
}  // namespace inquest
