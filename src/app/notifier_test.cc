#include "app/notifier.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/server.h"
#include "support/temp_folder.h"

namespace inquest::app {
namespace {

using Kind = NoticeChannel::Kind;

record::Notice notice(std::string title = "BUG: soft lockup in spool_shrink") {
  record::Notice out{"opened", {}, {"It hung.\x1b[2J"}};
  out.incident.id = 7;
  out.incident.host = "pve1";
  out.incident.title = std::move(title);
  out.incident.incident_class = "soft-lockup";
  out.incident.reasons = {"A crash report came by netconsole."};
  out.incident.examination = R"({"incidents": []})";
  return out;
}

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string content(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A program that keeps its arguments and what it is given, and ends with that status.
std::string script(const TempFolder& folder, const std::string& name, int status) {
  const std::string path = folder.path() + "/" + name;
  std::ofstream(path) << "#!/bin/sh\necho \"$@\" > " << path << ".arguments\ncat > " << path << ".part\nmv " << path
                      << ".part " << path << ".input\necho x >> " << path << ".runs\nexit " << status << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

// An HTTP server that remembers, and refuses the first few.
struct Collector {
  explicit Collector(int refusals) : left(refusals) {}
  std::mutex mutex;
  std::vector<testing::HttpServer::Request> requests;
  std::atomic<int> left;
  testing::HttpServer server{[this](const testing::HttpServer::Request& request) {
    const std::scoped_lock lock(mutex);
    requests.push_back(request);
    return testing::HttpServer::reply(left-- > 0 ? "503 Busy" : "200 OK", "ok");
  }};
  std::string url() const { return fmt::format("http://127.0.0.1:{}/hook", server.port()); }
  size_t count() {
    const std::scoped_lock lock(mutex);
    return requests.size();
  }
};

TEST(Notifier, GivesACommandTheIncidentAsJson) {
  const TempFolder folder;
  const std::string hook = script(folder, "hook", 0);
  ASSERT_TRUE(deliver({Kind::Command, hook + " --level high;reboot", {}, {}}, notice()));
  EXPECT_EQ(content(hook + ".arguments"), "--level high;reboot\n") << "no shell reads it";
  const auto json = nlohmann::json::parse(content(hook + ".input"));
  EXPECT_EQ(json["change"], "opened");
  EXPECT_EQ(json["incident"]["id"], 7);
  EXPECT_FALSE(json["incident"].contains("examination"));
  ASSERT_EQ(json["findings"].size(), 1U);
}

TEST(Notifier, SaysWhenACommandFails) {
  const TempFolder folder;
  EXPECT_FALSE(deliver({Kind::Command, script(folder, "hook", 3), {}, {}}, notice()));
  EXPECT_FALSE(deliver({Kind::Command, "/nonexistent/hook", {}, {}}, notice()));
  EXPECT_FALSE(deliver({Kind::Command, " ", {}, {}}, notice()));
}

TEST(Notifier, WritesMailThatNoTitleCanBreakOutOf) {
  const TempFolder folder;
  NoticeChannel channel{Kind::Mail, "root@example.org", script(folder, "sendmail", 0), "inquest@example.org"};
  ASSERT_TRUE(deliver(channel, notice("oops\nBcc: everybody@example.org\x1b[2J")));
  EXPECT_EQ(content(channel.sendmail + ".arguments"), "-t -i\n");
  const std::string mail = content(channel.sendmail + ".input");
  EXPECT_NE(mail.find("To: root@example.org\nSubject: [inquest] pve1: oops Bcc: "), std::string::npos) << mail;
  EXPECT_EQ(mail.find("\nBcc:"), std::string::npos);
  EXPECT_NE(mail.find("\nWhat the examination found:\n- It hung."), std::string::npos) << mail;
  EXPECT_EQ(mail.find('\x1b'), std::string::npos);
}

TEST(Notifier, PostsToEachKindOfWebhook) {
  for (const Kind kind : {Kind::Webhook, Kind::Ntfy, Kind::Slack}) {
    Collector collector(0);
    ASSERT_TRUE(deliver({kind, collector.url(), {}, {}}, notice("<!channel> & friends")));
    ASSERT_EQ(collector.count(), 1U);
    const auto& request = collector.requests[0];
    EXPECT_TRUE(request.line.starts_with("POST /hook ")) << request.line;
    if (kind == Kind::Webhook) {
      EXPECT_EQ(nlohmann::json::parse(request.body)["incident"]["title"], "<!channel> & friends");
    } else if (kind == Kind::Ntfy) {
      EXPECT_NE(request.head.find("Title: pve1: <!channel> & friends"), std::string::npos) << request.head;
    } else {
      const std::string text = nlohmann::json::parse(request.body)["text"];
      EXPECT_TRUE(text.starts_with("pve1: &lt;!channel&gt; &amp; friends")) << text;
    }
  }
}

TEST(Notifier, TriesAgainUntilItIsTakenAndThenNoMore) {
  Collector collector(2);
  std::mutex mutex;
  std::vector<std::string> log;
  Notifier notifier({{Kind::Webhook, collector.url(), {}, {}}}, {kMilli, 4 * kMilli, 5}, [&](std::string_view line) {
    const std::scoped_lock lock(mutex);
    log.emplace_back(line);
  });
  notifier.tell(notice());
  ASSERT_TRUE(wait_until([&] { return collector.count() == 3; }));
  notifier.tell(notice("the next"));
  ASSERT_TRUE(wait_until([&] { return collector.count() == 4; }));
  EXPECT_NE(collector.requests[3].body.find("the next"), std::string::npos);
  const std::scoped_lock lock(mutex);
  ASSERT_EQ(log.size(), 1U) << "of the first try";
  EXPECT_NE(log[0].find("it is tried again"), std::string::npos) << log[0];
}

TEST(Notifier, AChannelThatFailsHoldsUpNeitherTheOthersNorItsCaller) {
  const TempFolder folder;
  const std::string bad = script(folder, "bad", 1);
  const std::string good = script(folder, "good", 0);
  std::atomic<int> logged = 0;
  Notifier notifier({{Kind::Command, bad, {}, {}}, {Kind::Command, good, {}, {}}}, {kMilli, kMilli, 3},
                    [&](std::string_view) { ++logged; });
  notifier.tell(notice());
  ASSERT_TRUE(wait_until([&] { return logged == 2; })) << "of the first try and the last";
  EXPECT_EQ(content(bad + ".runs"), "x\nx\nx\n");
  ASSERT_TRUE(wait_until([&] { return !content(good + ".runs").empty(); }));
  EXPECT_EQ(content(good + ".runs"), "x\n");
}

}  // namespace
}  // namespace inquest::app
