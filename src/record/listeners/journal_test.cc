// The listener as a whole, with systemd-journal-upload where that is installed.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/journal_remote.h"
#include "support/running_recorder.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest::record {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::RunningRecorder;
using ::testing::StartsWith;
using testing::TcpClient;
using Settings = RunningRecorder::Settings;

const Settings kHere = {{"journal", "127.0.0.1:0"}};
constexpr uint64_t kStart = 1'770'652'490'000'000;
constexpr std::string_view kHead =
    "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.fdo.journal\r\nTransfer-Encoding: chunked\r\n";

std::string entry(int number) {
  return fmt::format("__CURSOR=s=a;i={}\n__REALTIME_TIMESTAMP={}\n_BOOT_ID=b\n_HOSTNAME=pve1\nMESSAGE=message {}\n\n",
                     number, kStart + static_cast<uint64_t>(number) * 1000, number);
}

std::string entries(int first, int last) {
  std::string out;
  for (int i = first; i <= last; ++i) out += entry(i);
  return out;
}

std::string chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

void wait_for(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST(JournalListener, AnswersWhenAllIsStored) {
  RunningRecorder recorder(kHere);
  TcpClient client(recorder.port("journal"));
  client.send(fmt::format("{}Expect: 100-continue\r\n\r\n", kHead));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 100 "));
  client.send(chunk(entries(1, 3)));
  wait_for([&] { return recorder.store.events_seen().size() == 3; });
  recorder.store.hold();
  client.send(chunk(entries(4, 5)) + "0\r\n\r\n");
  wait_for([&] { return recorder.store.waiting() != 0; });
  EXPECT_EQ(recorder.store.events_seen().size(), 5U);
  recorder.store.release();
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 202 "), EndsWith("\r\n\r\nOK.\n")));
}

TEST(JournalListener, StoresOnceWhatIsSentAgain) {
  RunningRecorder recorder(kHere);
  {
    TcpClient broken(recorder.port("journal"));
    broken.send(fmt::format("{}\r\n{}", kHead, chunk(entries(1, 50) + "__CURSOR=s=a;i=51\nMESS")));
    wait_for([&] { return recorder.store.events_seen().size() == 50; });
  }
  TcpClient client(recorder.port("journal"));
  client.send(fmt::format("{}\r\n{}{}0\r\n\r\n", kHead, chunk(entries(1, 60)), chunk(entries(61, 100))));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 202 "));
  const auto events = recorder.store.events_seen();
  ASSERT_EQ(events.size(), 100U);
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].message, fmt::format("message {}", i + 1));
}

TEST(JournalListener, SaysWhenThereIsNoRoom) {
  RunningRecorder recorder(kHere);
  recorder.store.refuse(Error{ErrorCode::Limit, "no space left on the disk", {}, 0, 0});
  TcpClient client(recorder.port("journal"));
  client.send(fmt::format("{}\r\n{}0\r\n\r\n", kHead, chunk(entries(1, 3))));
  EXPECT_THAT(client.response(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("no space left")));
}

TEST(JournalListener, RefusesWhatIsNoJournal) {
  RunningRecorder recorder(kHere);
  TcpClient client(recorder.port("journal"));
  client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 415 "));
  client.send(fmt::format("{}\r\n{}0\r\n\r\n", kHead, chunk(std::string(100'000, '\xff') + "\n" + entries(1, 1))));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 202 "));
  EXPECT_EQ(recorder.store.events_seen().size(), 1U);
  EXPECT_GE(recorder.metric("inquest_listener_malformed_total{listener=\"journal\"}"), 1);
}

TEST(JournalListener, UnderstandsSystemdJournalUpload) {
  const std::string program = "/lib/systemd/systemd-journal-upload";
  if (!std::filesystem::exists(program) || !testing::has_journal_tools())
    GTEST_SKIP() << "no systemd-journal-upload of systemd 252 here";
  TempFolder folder;
  constexpr int kCount = 3000;
  std::string all;
  for (int i = 0; i < kCount; ++i) {
    const uint64_t us = static_cast<uint64_t>(i) * 1000;
    testing::ExportEntry one(kStart + us, 5'000'000 + us, 1);
    one.with("_HOSTNAME", "pve1").with("SYSLOG_IDENTIFIER", "app").with("PRIORITY", "4");
    one.with("MESSAGE", fmt::format("message {}{}", i, i % 100 == 0 ? "\nof two lines" : ""));
    all += one.text();
  }
  testing::write_journal(folder.path(), all);
  RunningRecorder recorder(kHere);
  const std::string state = folder.path("state");
  const std::string command =
      fmt::format("timeout 60 {} --url=http://127.0.0.1:{} --directory={} --save-state={} --follow=no 2>&1", program,
                  recorder.port("journal"), folder.path(), state);
  const auto upload = [&] { return std::system((command + " >/dev/null").c_str()); };

  ASSERT_EQ(upload(), 0) << testing::output_of(command);
  auto events = recorder.store.events_seen();
  ASSERT_EQ(events.size(), size_t{kCount});
  EXPECT_EQ(events[1].message, "message 1");
  EXPECT_EQ(events[100].message, "message 100\nof two lines");
  EXPECT_EQ(events[1].host, "pve1");
  EXPECT_EQ(events[1].ident, "app");
  EXPECT_EQ(events[1].severity, 4);
  EXPECT_EQ(events[1].time, static_cast<Ns>(kStart + 1000) * kMicro);

  // It goes on where it was; and where it has forgotten that, nothing is stored twice.
  EXPECT_EQ(upload(), 0);
  EXPECT_EQ(recorder.store.events_seen().size(), size_t{kCount});
  ASSERT_TRUE(std::filesystem::remove(state));
  EXPECT_EQ(upload(), 0);
  EXPECT_EQ(recorder.store.events_seen().size(), size_t{kCount});
}

}  // namespace
}  // namespace inquest::record
