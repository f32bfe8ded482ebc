#include "record/tokens.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace inquest::record {
namespace {

HttpRequest with_header(std::string value) {
  HttpRequest request;
  request.headers.emplace_back("authorization", std::move(value));
  return request;
}

// The token "secret", by what sha256sum says of it.
const std::vector<std::string> kLines = {
    "grafana:sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"};

TEST(Tokens, AreTakenInEveryFormThatClientsSend) {
  const auto tokens = Tokens::load(kLines, "");
  ASSERT_TRUE(tokens);
  for (const char* header : {"Token secret", "token secret", "Bearer secret", "Token admin:secret",
                             "Basic YWRtaW46c2VjcmV0" /* admin:secret */, "Basic OnNlY3JldA==" /* :secret */})
    EXPECT_EQ(tokens->name_of(with_header(header)), "grafana") << header;
  HttpRequest request;
  request.parameters = {{"u", "admin"}, {"p", "secret"}};
  EXPECT_EQ(tokens->name_of(request), "grafana");
}

TEST(Tokens, AreRefusedWhereTheyAreNotKnown) {
  const auto tokens = Tokens::load(kLines, "");
  ASSERT_TRUE(tokens);
  for (const char* header :
       {"", "Token", "Token ", "Token Secret", "Token secret2", "secret", "Basic secret", "Basic !!!!",
        "Basic c2VjcmV0" /* secret, without a user */, "Digest secret", "Token secret:other"})
    EXPECT_EQ(tokens->name_of(with_header(header)), "") << header;
  EXPECT_EQ(tokens->name_of(with_header("Token " + std::string(100'000, 'x'))), "");
}

TEST(Tokens, AreMadeAndKnownAgain) {
  const auto made = make_token("telegraf");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->token.size(), 43U);
  EXPECT_EQ(made->line.find(made->token), std::string::npos);
  const TempFolder folder;
  const auto tokens = Tokens::load({}, folder.write("tokens", "# of our hosts\n\n" + made->line + "\n"));
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->name_of(with_header("Token " + made->token)), "telegraf");
  EXPECT_NE(make_token("telegraf")->token, made->token);
}

TEST(Tokens, SayWhereALineIsNone) {
  const TempFolder folder;
  const std::string path = folder.write("tokens", kLines.front() + "\nmy plain secret\n");
  const auto tokens = Tokens::load({}, path);
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().text(),
            path + ":2: is no token; `inquest record --make-token NAME` prints one and its line");
  EXPECT_FALSE(make_token("a b"));
  EXPECT_FALSE(Tokens::load({}, folder.path("none")));
}

}  // namespace
}  // namespace inquest::record
