#include "app/query_routes.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_store.h"

namespace inquest::app {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Waits for one response.
class Answer {
 public:
  record::Respond respond() {
    return [this](record::HttpResponse response) {
      const std::lock_guard lock(mutex_);
      response_ = std::move(response);
      there_.notify_all();
    };
  }
  record::HttpResponse wait() {
    std::unique_lock lock(mutex_);
    there_.wait(lock, [this] { return response_.has_value(); });
    return *response_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable there_;
  std::optional<record::HttpResponse> response_;
};

record::HttpResponse ask(QuerySettings settings, std::string body) {
  inquest::testing::FakeStore store;
  store.lines.push_back({{"cpu", {{"host", "a"}}}, kSecond, {{"idle", 7.5}}});
  settings.now = [] { return kMinute; };
  QueryRoutes queries(store, std::move(settings));
  record::Routes routes;
  queries.add_to(routes);
  std::string allowed;
  const record::Route* route = routes.find("POST", "/api/v2/query", allowed);
  EXPECT_NE(route, nullptr);
  record::HttpRequest request;
  request.method = "POST";
  request.path = "/api/v2/query";
  request.headers = {{"content-type", "application/vnd.flux"}};
  request.body = std::move(body);
  Answer answer;
  route->handle(std::move(request), answer.respond());
  return answer.wait();
}

TEST(QueryRoutes, AnswersInAnnotatedCsv) {
  const auto response =
      ask({}, "from(bucket: \"telegraf\") |> range(start: -1h) |> keep(columns: [\"host\", \"_value\"])");
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.type, StartsWith("text/csv"));
  EXPECT_EQ(response.body, ",result,table,_value,host\r\n,_result,0,7.5,a\r\n\r\n");
}

TEST(QueryRoutes, TellsErrorsInJson) {
  const auto response = ask({}, "from(bucket: \"telegraf\") |> nonsense()");
  EXPECT_EQ(response.status, 400U);
  EXPECT_THAT(response.body, HasSubstr("1:29: `nonsense`"));
}

TEST(QueryRoutes, RefusesAnswersThatAreTooLarge) {
  QuerySettings settings;
  settings.answer = 10;
  EXPECT_EQ(ask(settings, "import \"array\" array.from(rows: [{a: 1}])").status, 422U);
}

TEST(QueryRoutes, SendsClientsAwayWhenTooManyWait) {
  QuerySettings settings;
  settings.waiting = 0;
  const auto response = ask(settings, "1");
  EXPECT_EQ(response.status, 429U);
}

}  // namespace
}  // namespace inquest::app
