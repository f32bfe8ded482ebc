#include "evidence/remote/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::evidence {
namespace {

TEST(RemoteUrl, ReadsAnAddressOfEachKind) {
  const auto influx = parse_remote_url("influx://reader:s%40cret@pve.lan/telegraf/one_year");
  ASSERT_TRUE(influx) << influx.error().message;
  EXPECT_EQ(influx->kind, RemoteKind::Influx1);
  EXPECT_EQ(influx->base, "http://pve.lan:8086");
  EXPECT_EQ(influx->user, "reader");
  EXPECT_EQ(influx->password, "s@cret");
  EXPECT_EQ(influx->database, "telegraf");
  EXPECT_EQ(influx->retention, "one_year");

  const auto influx2 = parse_remote_url("influx2+https://abc%3D%3D@metrics.example/home%20lab/telegraf");
  ASSERT_TRUE(influx2) << influx2.error().message;
  EXPECT_EQ(influx2->base, "https://metrics.example:8086");
  EXPECT_EQ(influx2->token, "abc==");
  EXPECT_EQ(influx2->org, "home lab");
  EXPECT_EQ(influx2->database, "telegraf");

  const auto prometheus = parse_remote_url("prometheus://[::1]:8428/select/0/");
  ASSERT_TRUE(prometheus) << prometheus.error().message;
  EXPECT_EQ(prometheus->base, "http://[::1]:8428/select/0");
}

TEST(RemoteUrl, ShowsNoCredentials) {
  for (const char* text : {"influx://reader:secret@pve/telegraf", "influx2://secret@pve/org/bucket",
                           "prometheus://reader:secret@pve:9090/x"}) {
    const auto url = parse_remote_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_THAT(url->shown + url->base, testing::Not(testing::HasSubstr("secret"))) << text;
  }
}

TEST(RemoteUrl, SaysWhatIsWrongWithAnAddress) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& wrong :
       {Case{"influx://pve", "names no database"}, Case{"influx://", "cannot be read"},
        Case{"influx2://pve/bucket", "organisation and bucket"},
        Case{"influx2://a:b@pve/org/bucket", "a token is written alone"},
        Case{"prometheus://pve?x=1", "have no meaning"}, Case{"influx://pve:99999/db", "cannot be read"},
        Case{"http://pve", "begins with influx://"}}) {
    const auto url = parse_remote_url(wrong.text);
    ASSERT_FALSE(url) << wrong.text;
    EXPECT_THAT(url.error().message, testing::HasSubstr(wrong.message)) << wrong.text;
  }
}

TEST(RemoteUrl, IsToldFromPaths) {
  EXPECT_TRUE(is_remote_url("prometheus+https://x"));
  EXPECT_FALSE(is_remote_url("influx"));
  EXPECT_FALSE(is_remote_url("logs/influx://x"));
  EXPECT_FALSE(is_remote_url("https://example.com"));
}

}  // namespace
}  // namespace inquest::evidence
