#include "record/web_page.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

bool foreign(std::vector<std::pair<std::string, std::string>> headers) {
  HttpRequest request;
  request.headers = std::move(headers);
  return from_foreign_page(request);
}

TEST(WebPage, IsForeignWhereItsOriginIsNotTheHostAskedFor) {
  EXPECT_TRUE(foreign({{"host", "127.0.0.1:8086"}, {"origin", "https://example.org"}}));
  EXPECT_TRUE(foreign({{"host", "127.0.0.1:8086"}, {"origin", "null"}}));
  EXPECT_TRUE(foreign({{"host", "127.0.0.1:8086"}, {"origin", "http://127.0.0.1:3000"}}));
  EXPECT_FALSE(foreign({{"host", "127.0.0.1:8086"}, {"origin", "http://127.0.0.1:8086"}}));
  EXPECT_FALSE(foreign({{"host", "[::1]:8086"}, {"origin", "http://[::1]:8086"}}));
}

TEST(WebPage, IsForeignWhereItsNameWasPointedHere) {
  EXPECT_TRUE(foreign({{"host", "rebound.example.org:8086"}, {"origin", "http://rebound.example.org:8086"}}));
  EXPECT_TRUE(foreign({{"host", "rebound.example.org:8086"}, {"sec-fetch-site", "same-origin"}}));
  EXPECT_FALSE(foreign({{"host", "localhost:8086"}, {"sec-fetch-site", "same-origin"}}));
  EXPECT_TRUE(foreign({{"sec-fetch-site", "none"}, {"host", "["}}));
}

TEST(WebPage, IsNotWhatProgramsSend) {
  EXPECT_FALSE(foreign({}));
  EXPECT_FALSE(foreign({{"host", "recorder.lan:8086"}}));
}

}  // namespace
}  // namespace inquest::record
