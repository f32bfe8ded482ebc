#include "record/http_server.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include <sys/resource.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_recorder.h"
#include "support/tcp_client.h"

namespace inquest::record {
namespace {

using inquest::testing::RunningRecorder;
using inquest::testing::TcpClient;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::pair<std::string, std::string> kHere = {"http", "127.0.0.1:0"};

// Says what it was sent.
Routes echo() {
  Routes routes;
  routes.add("*", "/echo", [](const HttpRequest& request, const Respond& respond) {
    HttpResponse response;
    response.type = "text/plain";
    response.body = request.method + " " + std::string(request.parameter("x")) + " " + request.body;
    respond(std::move(response));
  });
  return routes;
}

std::string post(std::string_view path, std::string_view body, std::string_view headers = {}) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}", path, body.size(), headers, body);
}

TEST(HttpServer, AnswersRequestAfterRequestOfOneConnection) {
  RunningRecorder recorder({kHere}, echo());
  TcpClient client(recorder.port("http"));
  client.send("GET /echo?x=a%20b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("\r\n\r\nGET a b "));
  client.send(post("/echo", "one"));
  EXPECT_THAT(client.response(), EndsWith("\r\n\r\nPOST  one"));
  client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(true), HasSubstr("Content-Length: 6\r\n"));
  client.send("GET http://elsewhere/echo?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("GET 1 ")));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  RunningRecorder recorder({kHere}, echo());
  TcpClient client(recorder.port("http"));
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += post(fmt::format("/echo?x={}", i), std::string(static_cast<size_t>(i), 'b'));
  client.send(requests);
  for (int i = 0; i < 50; ++i)
    EXPECT_THAT(client.response(),
                EndsWith(fmt::format("\r\n\r\nPOST {} {}", i, std::string(static_cast<size_t>(i), 'b'))));
}

TEST(HttpServer, ReadsChunkedBodies) {
  RunningRecorder recorder({kHere}, echo());
  TcpClient client(recorder.port("http"));
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char c : head + "5;ext=1\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: y\r\n\r\n")
    client.send({&c, 1});
  EXPECT_THAT(client.response(), EndsWith("POST  hello world"));
  client.send(head + "0\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("POST  "));
}

TEST(HttpServer, AsksForABodyThatWaitsToBeAskedFor) {
  RunningRecorder recorder({kHere}, echo());
  TcpClient client(recorder.port("http"));
  const std::string head = "POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  client.send(fmt::format(fmt::runtime(head), "/echo"));
  EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_THAT(client.response(), EndsWith("POST  body"));
  client.send(fmt::format(fmt::runtime(head), "/nothing"));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 404 "));
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, RefusesWhatIsNotThereInTheWordsOfTheApi) {
  RunningRecorder recorder({kHere}, echo());
  TcpClient client(recorder.port("http"));
  client.send(post("/nothing", "body"));
  EXPECT_THAT(client.response(),
              AllOf(StartsWith("HTTP/1.1 404 "), EndsWith("{\"error\":\"there is nothing at this path\"}\n")));
  client.send(post("/api/v2/nothing", "body"));
  EXPECT_THAT(client.response(), EndsWith("{\"code\":\"not found\",\"message\":\"there is nothing at this path\"}\n"));
  client.send("DELETE /ping HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, POST\r\n")));
  client.send("OPTIONS /ping HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("Allow: GET, POST\r\n")));
}

TEST(HttpServer, SendsResponsesOfEverySize) {
  Routes routes;
  routes.add("GET", "/size", [](const HttpRequest& request, const Respond& respond) {
    HttpResponse response;
    response.body.assign(std::stoul(std::string(request.parameter("n"))), 'x');
    respond(std::move(response));
  });
  RunningRecorder recorder({kHere}, std::move(routes));
  TcpClient client(recorder.port("http"));
  for (const size_t size : {size_t{0}, size_t{16384}, size_t{16385}, size_t{5'000'000}}) {
    client.send(fmt::format("GET /size?n={} HTTP/1.1\r\nHost: x\r\n\r\n", size));
    const std::string response = client.response();
    EXPECT_EQ(response.size() - response.find("\r\n\r\n") - 4, size);
  }
}

TEST(HttpServer, AnswersWhenAHandlerDoesSoLaterOrNever) {
  std::deque<Respond> kept;
  std::mutex mutex;
  Routes routes;
  routes.add("GET", "/later", [&](const HttpRequest&, Respond respond) {
    const std::scoped_lock lock(mutex);
    kept.push_back(std::move(respond));
  });
  routes.add("GET", "/never", [](const HttpRequest&, const Respond&) {});
  RunningRecorder recorder({kHere}, std::move(routes));
  TcpClient late(recorder.port("http"));
  late.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  TcpClient never(recorder.port("http"));
  never.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(never.response(), StartsWith("HTTP/1.1 500 "));
  Respond respond;
  while (!respond) {
    const std::scoped_lock lock(mutex);
    if (!kept.empty()) respond = std::move(kept.front());
  }
  kept.clear();
  respond({.status = 204});
  respond({.status = 200});  // too late
  respond = nullptr;
  EXPECT_THAT(late.response(),
              AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"), EndsWith("\r\nConnection: keep-alive\r\n\r\n")));
}

TEST(HttpServer, AnswersRequestsThatWereBegunWhenItIsStopped) {
  RunningRecorder recorder({kHere});
  recorder.store.hold();
  TcpClient idle(recorder.port("http"));
  TcpClient client(recorder.port("http"));
  client.send(post("/write?db=x", "m f=1 1"));
  while (recorder.store.waiting() == 0) std::this_thread::yield();
  recorder.recorder().stop();
  EXPECT_TRUE(idle.closed());
  recorder.store.release();
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("Connection: close")));
  recorder.stop();
  EXPECT_EQ(recorder.store.flushes(), 1);
}

TEST(HttpServer, DoesNotMindGarbage) {
  RunningRecorder recorder({kHere});
  const std::string many_headers = [] {
    std::string text = "GET /ping HTTP/1.1\r\n";
    for (int i = 0; i < 10'000; ++i) text += fmt::format("x{}: y\r\n", i);
    return text + "\r\n";
  }();
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(100'000, 'A'),
        std::string(1000, '\0'), std::string("GET"), std::string("GET / HTTP/9.9\r\n\r\n"),
        std::string("\r\n\r\n\r\n\r\n"), many_headers,
        std::string("POST /write?db=x HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n"),
        std::string("POST /write?db=x HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST /write?db=x HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nm f=1 1"),
        std::string("POST /write?db=x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n"),
        std::string("POST /write?db=x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
        std::string("POST /write?db=x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"),
        std::string("POST /write?db=x HTTP/1.1\r\nContent-Length: 50\r\n\r\nm f=1 1"),
        std::string("POST /write?db=x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nm f=1 1")}) {
    TcpClient client(recorder.port("http"));
    client.send(bytes);
    client.finish();
    const std::string answer = client.rest();
    EXPECT_THAT(answer, AnyOf(IsEmpty(), StartsWith("HTTP/1.1 4"))) << bytes.substr(0, 80);
  }
  EXPECT_EQ(recorder.store.lines("x"), "");
  TcpClient client(recorder.port("http"));
  client.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 204 "));
}

TEST(HttpServer, KeepsLineEndsOutOfHeadersThatQuoteARequest) {
  RunningRecorder recorder({kHere});
  TcpClient client(recorder.port("http"));
  client.send(post("/write?db=x&precision=%0d%0aX-Evil:%201", "m f=1 1"));
  const std::string response = client.response();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(response.find("\nX-Evil"), std::string::npos);
}

TEST(HttpServer, ClosesConnectionsThatStandStill) {
  RunningRecorder recorder(
      {kHere, {"http-idle-timeout", "50ms"}, {"http-header-timeout", "50ms"}, {"http-stall-timeout", "50ms"}});
  for (const char* bytes : {"", "GET /pi", "POST /write?db=x HTTP/1.1\r\nContent-Length: 50\r\n\r\nm f="}) {
    TcpClient client(recorder.port("http"));
    client.send(bytes);
    EXPECT_TRUE(client.closed()) << bytes;
  }
  EXPECT_EQ(recorder.store.lines("x"), "");
}

TEST(HttpServer, RefusesBodiesThatAreTooLargeAndStillGetsItsAnswerAcross) {
  RunningRecorder recorder({kHere, {"http-max-body", "1000"}}, echo());
  for (const size_t size : {size_t{1001}, size_t{3'000'000}}) {
    TcpClient client(recorder.port("http"));
    client.send(post("/echo", std::string(size, 'x')));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 413 ")) << size;
  }
  TcpClient chunked(recorder.port("http"));
  chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + std::string(0x800, 'x') +
               "\r\n");
  EXPECT_THAT(chunked.response(), StartsWith("HTTP/1.1 413 "));
  TcpClient client(recorder.port("http"));
  client.send(post("/echo", std::string(1000, 'x')));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, BoundsWhatOneSourceHasWaitingToBeStored) {
  RunningRecorder recorder({kHere, {"http-max-memory", "1MiB"}, {"http-max-memory-per-source", "1000"}});
  recorder.store.hold();
  TcpClient first(recorder.port("http"));
  first.send(post("/write?db=x", "m s=\"" + std::string(800, 'x') + "\" 1"));
  while (recorder.store.waiting() == 0) std::this_thread::yield();
  TcpClient second(recorder.port("http"));
  second.send(post("/write?db=x", "m s=\"" + std::string(800, 'x') + "\" 2"));
  EXPECT_THAT(second.response(), AllOf(StartsWith("HTTP/1.1 429 "), HasSubstr("Retry-After: 1\r\n")));
  recorder.store.release();
  EXPECT_THAT(first.response(), StartsWith("HTTP/1.1 204 "));
  second.send(post("/write?db=x", "m s=\"" + std::string(800, 'x') + "\" 2"));
}

TEST(HttpServer, BoundsHowMuchOneSourceSends) {
  RunningRecorder recorder({kHere, {"http-rate", "1"}, {"http-burst", "20"}});
  TcpClient client(recorder.port("http"));
  client.send(post("/write?db=x", "m f=1 1") + post("/write?db=x", "m f=1 2") + post("/write?db=x", "m f=1 3"));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 429 "), HasSubstr("\r\nRetry-After: ")));
  EXPECT_EQ(recorder.store.lines("x"), "m f=1 1\nm f=1 2\n");
}

TEST(HttpServer, LetsInOnlyWhomItMay) {
  RunningRecorder recorder({kHere, {"http-allow", "192.0.2.0/24"}});
  TcpClient client(recorder.port("http"));
  client.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(recorder.metric("inquest_listener_not_allowed_total{listener=\"http\"}"), 1);
}

TEST(HttpServer, ClosesIdleConnectionsToMakeRoom) {
  RunningRecorder recorder({kHere, {"http-max-connections", "20"}});
  std::deque<TcpClient> clients;
  for (int i = 0; i < 30; ++i) clients.emplace_back(recorder.port("http"));
  clients.back().send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(clients.back().response(), StartsWith("HTTP/1.1 204 "));
  EXPECT_TRUE(clients.front().closed());
  EXPECT_LE(recorder.metric("inquest_listener_connections{listener=\"http\"}"), 20);
}

TEST(HttpServer, ServesAmongTenThousandConnectionsThatSendNothing) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit files{before.rlim_max, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  {
    // Both ends of each are in this process, and some descriptors are for others.
    const size_t count = std::min<size_t>(10'000, (files.rlim_max - 500) / 2);
    RunningRecorder recorder({kHere, {"http-max-connections-per-source", "8192"}});
    std::deque<TcpClient> clients;
    for (size_t i = 0; i < count; ++i) clients.emplace_back(recorder.port("http")).leave_nothing();
    clients.back().send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(clients.back().response(), StartsWith("HTTP/1.1 204 ")) << count << " connections";
    EXPECT_LE(recorder.metric("inquest_listener_connections{listener=\"http\"}"), 8192);
  }
  setrlimit(RLIMIT_NOFILE, &before);
}

// Takes uploads apart into lines, and acknowledges each piece when it has it.
class Lines : public Upload {
 public:
  explicit Lines(std::string& all) : all_(all) {}
  void feed(std::string_view piece, std::function<void(std::optional<HttpResponse>)> more) override {
    all_ += piece;
    if (all_.find("stop") == std::string::npos) return more(std::nullopt);
    more(HttpResponse{.status = 400});
  }
  void finish(Respond respond) override {
    all_ += "END";
    respond({.status = 202});
  }

 private:
  std::string& all_;
};

TEST(HttpServer, HandsUploadsOnPieceByPiece) {
  std::string all;
  Routes routes;
  routes.add_upload("POST", "/upload",
                    [&all](const HttpRequest& request, HttpResponse& refusal) -> std::unique_ptr<Upload> {
                      if (request.header("content-type") == "text/plain") return std::make_unique<Lines>(all);
                      refusal.status = 415;
                      return nullptr;
                    });
  RunningRecorder recorder({kHere, {"http-max-body", "1000"}}, std::move(routes));
  {
    TcpClient client(recorder.port("http"));
    client.send(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
    for (int i = 0; i < 10; ++i) client.send("3e8\r\n" + std::string(1000, static_cast<char>('0' + i)) + "\r\n");
    client.send("0\r\n\r\n");
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 202 "));
    EXPECT_EQ(all.size(), 10'003U);
    all.clear();
    client.send(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: "
        "chunked\r\n\r\n4\r\nstop\r\n");
    EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("Connection: close")));
    EXPECT_EQ(all, "stop");
  }
  TcpClient client(recorder.port("http"));
  client.send(post("/upload", "x", "Content-Type: text/html\r\n"));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 415 "));
  EXPECT_EQ(all, "stop");
}

}  // namespace
}  // namespace inquest::record
