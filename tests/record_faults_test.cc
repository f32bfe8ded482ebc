// What inquest record has to survive, the whole program with its real store: disks, clients and bytes as they come.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite_store.h"
#include "support/recorder_process.h"
#include "support/server.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using testing::RecorderProcess;
using testing::send_datagram;
using ::testing::StartsWith;
using testing::TcpClient;

constexpr Ns kNow = 1'700'000'000 * kSecond;
const std::vector<std::string> kAll = {"graphite", "influx-udp", "journal", "netconsole", "syslog"};

std::string write_request(std::string_view body) {
  return fmt::format("POST /write?db=b HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

std::string get_request(std::string_view target) { return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", target); }

// The status of the answer to it, 0 where there was none.
int status_of(TcpClient& client, const std::string& request) {
  client.send(request);
  const std::string answer = client.response();
  return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : 0;
}

int write_once(const RecorderProcess& recorder, std::string_view body) {
  TcpClient client(recorder.port("http"));
  return status_of(client, write_request(body));
}

// The answer to an InfluxQL query whose blanks are "%20".
std::string asked(const RecorderProcess& recorder, std::string_view query) {
  TcpClient client(recorder.port("http"));
  client.send(get_request(fmt::format("/query?db=b&epoch=ns&q={}", query)));
  return client.response();
}

// Row `number` of many, and so many of them.
std::string rows(int first, int count) {
  std::string out;
  for (int i = first; i < first + count; ++i)
    out += fmt::format("m,i={} v={}i,text=\"{:x}\" {}\n", i % 10, i, std::hash<int>()(i) * 2654435761U, kNow + i);
  return out;
}

// Writes until there is no room, makes some, and writes on; all that was acknowledged is there at every moment.
// `words`: what is said of it.
void fill_and_make_room(RecorderProcess& recorder, std::string_view words, const std::function<void()>& make_room) {
  constexpr int kRows = 500;
  int safe = 0;
  int status = 204;
  while (safe < 1'000'000 && status == 204) {
    status = write_once(recorder, rows(safe, kRows));
    if (status == 204) safe += kRows;
  }
  EXPECT_EQ(status, 503);
  EXPECT_EQ(write_once(recorder, rows(safe, kRows)), 503) << "as long as there is none";
  EXPECT_THAT(asked(recorder, "SELECT%20count(v)%20FROM%20m"), HasSubstr(fmt::format(",{}]]", safe)));
  EXPECT_THAT(recorder.err(), HasSubstr("the store takes nothing, senders are told so: "));
  EXPECT_THAT(recorder.err(), HasSubstr(words));

  make_room();
  for (int i = 0; i < 6000 && status != 204; ++i) {
    status = write_once(recorder, rows(safe, kRows));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(status, 204);
  safe += kRows;
  EXPECT_THAT(asked(recorder, "SELECT%20count(v)%20FROM%20m"), HasSubstr(fmt::format(",{}]]", safe)));
  EXPECT_EQ(recorder.stop(), 0) << recorder.err();
  EXPECT_THAT(recorder.err(), HasSubstr("the store takes what comes again\n"));
  EXPECT_EQ(recorder.faults(), "");
}

TEST(RecordFaults, AFullDiskIsSaidWith503AndRoomIsTakenWhenItComes) {
  const TempFolder folder;
  const std::string data = folder.path("small");
  fs::create_directory(data);
  // A file system of its own, in a namespace of its own, which this process sees through /proc.
  const std::string script = "mount -t tmpfs -o size=12m none \"$1\" && shift && exec \"$@\"";
  const std::vector<std::string> wrapper = {"unshare", "-rm", "sh", "-c", script, "sh", data};
  std::vector<std::string> probe = wrapper;
  probe.emplace_back("true");
  if (!testing::run_program(probe)) GTEST_SKIP() << "no small file system can be mounted here";
  RecorderProcess recorder({.data = data, .listeners = {}, .flags = {}, .wrapper = wrapper});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  const std::string ballast = fmt::format("/proc/{}/root{}/ballast", recorder.pid(), data);
  std::ofstream(ballast) << std::string(8 << 20, 'x');
  fill_and_make_room(recorder, "disk is full", [&] { fs::remove(ballast); });
}

TEST(RecordFaults, ALimitOnTheSizeOfFilesIsAFullDiskAndNoDeath) {
  const TempFolder folder;
  RecorderProcess recorder({.data = folder.path("data"), .listeners = {}, .flags = {}, .wrapper = {}});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  rlimit before{};
  ASSERT_EQ(prlimit(recorder.pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  const rlimit small = {.rlim_cur = 1'000'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(prlimit(recorder.pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  fill_and_make_room(recorder, "disk I/O error", [&] { prlimit(recorder.pid(), RLIMIT_FSIZE, &before, nullptr); });
}

TEST(RecordFaults, ADamagedDayIsSetAsideAndSaidAndRecordingGoesOn) {
  const TempFolder folder;
  const Ns noon = std::chrono::system_clock::now().time_since_epoch() / std::chrono::days(1) * kDay - kDay / 2;
  {
    auto store = store::SqliteStore::open({.folder = folder.path("data")});
    ASSERT_TRUE(store);
    for (const Ns day : {Ns{0}, kDay}) {
      std::string lines;
      for (int i = 0; i < 5000; ++i) lines += fmt::format("m,i={} v={}i {}\n", i % 50, i, noon - day + i * kMilli);
      (*store)->write("b", std::move(lines), [](const Result<void>& done) { EXPECT_TRUE(done); });
    }
    ASSERT_TRUE((*store)->compact());
  }
  const std::string day =
      folder.path(fmt::format("data/{}.db", format_utc({noon - kDay, Precision::Second}).substr(0, 10)));
  {
    std::fstream file(day, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<long>(fs::file_size(day));
    for (long at = 32768; at < size; at += 512) {
      file.seekp(at);
      file.write("damage!!", 8);
    }
  }
  RecorderProcess recorder({.data = folder.path("data"), .listeners = {}, .flags = {}, .wrapper = {}});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  asked(recorder, "SELECT%20count(v)%20FROM%20m");  // who reads it finds the damage
  EXPECT_THAT(asked(recorder, "SELECT%20count(v)%20FROM%20m"), HasSubstr(",5000]]"));
  EXPECT_EQ(write_once(recorder, fmt::format("m v=1i {}", noon - kDay)), 204);
  EXPECT_THAT(asked(recorder, "SELECT%20count(v)%20FROM%20m"), HasSubstr(",5001]]"));
  TcpClient client(recorder.port("http"));
  client.send(get_request("/metrics"));
  EXPECT_THAT(client.response(), HasSubstr("\ninquest_store_set_aside 1\n"));
  EXPECT_TRUE(fs::exists(day + ".damaged-1"));
  EXPECT_THAT(recorder.err(), HasSubstr(day + " is damaged; it is set aside as "));
  EXPECT_EQ(recorder.stop(), 0) << recorder.err();
  EXPECT_EQ(recorder.faults(), "");
}

TEST(RecordFaults, TenThousandConnectionsThatSendNothingKeepNobodyOut) {
  constexpr size_t kConnections = 10'000;
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_max < kConnections + 500) GTEST_SKIP() << "this process may have only " << files.rlim_max << " files";
  const rlimit before = files;
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  const TempFolder folder;
  {
    RecorderProcess recorder({.data = folder.path("data"), .listeners = kAll, .flags = {}, .wrapper = {}});
    ASSERT_NE(recorder.port("http"), 0) << recorder.err();
    const std::array ports = {recorder.port("http"), recorder.port("syslog"), recorder.port("graphite"),
                              recorder.port("journal")};
    std::vector<std::unique_ptr<TcpClient>> silent;
    for (size_t i = 0; i < kConnections; ++i) {
      silent.push_back(std::make_unique<TcpClient>(ports[i % ports.size()]));
      silent.back()->leave_nothing();
    }
    EXPECT_EQ(write_once(recorder, "m v=1i 1"), 204);
    TcpClient graphite(recorder.port("graphite"));
    graphite.send("a.b 7 1700000000\n");
    TcpClient syslog(recorder.port("syslog"));
    syslog.send("<13>1 2023-11-14T22:13:20Z box app - - - hello\n");
    TcpClient client(recorder.port("http"));
    const auto metric = [&](std::string_view line) {
      for (int i = 0; i < 3000; ++i) {
        client.send(get_request("/metrics"));
        if (client.response().find(line) != std::string::npos) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      return false;
    };
    EXPECT_TRUE(metric("inquest_listener_messages_total{listener=\"graphite\"} 1\n"));
    EXPECT_TRUE(metric("inquest_listener_messages_total{listener=\"syslog\"} 1\n"));
    silent.clear();
    EXPECT_EQ(recorder.stop(), 0) << recorder.err();
    EXPECT_EQ(recorder.faults(), "");
  }
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST(RecordFaults, SlowClientsHoldUpNobody) {
  const TempFolder folder;
  RecorderProcess recorder({.data = folder.path("data"), .listeners = kAll, .flags = {}, .wrapper = {}});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  std::vector<std::unique_ptr<TcpClient>> slow;
  const std::string request = write_request("m v=1i 1");
  for (int i = 0; i < 50; ++i) {
    for (const auto& [listener, text] :
         {std::pair<const char*, std::string>{"http", request.substr(0, 20)},
          {"http", request.substr(0, request.size() - 3)},
          {"journal",
           "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.fdo.journal\r\n"
           "Transfer-Encoding: chunked\r\n\r\nff\r\n__CURSOR="},
          {"syslog", "90 <13>1 2023-11-14T22:13:20Z box"},
          {"graphite", "a.b.c 7 17"}}) {
      slow.push_back(std::make_unique<TcpClient>(recorder.port(listener)));
      slow.back()->send(text);
    }
  }
  // One that asks for much, and reads none of it.
  for (int i = 0; i < 40; ++i) ASSERT_EQ(write_once(recorder, rows(i * 5000, 5000)), 204);
  TcpClient reader(recorder.port("http"));
  for (int i = 0; i < 10; ++i) reader.send(get_request("/query?db=b&q=SELECT%20*%20FROM%20m"));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(write_once(recorder, fmt::format("n v=1i {}", i)), 204);
  }
  EXPECT_THAT(asked(recorder, "SELECT%20count(v)%20FROM%20n"), HasSubstr(",20]]"));
  // One that sends a byte at a time is served like any other.
  TcpClient dripping(recorder.port("http"));
  for (const char byte : request) {
    dripping.send({&byte, 1});
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(dripping.response(), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(recorder.stop(), 0) << recorder.err();
  EXPECT_EQ(recorder.faults(), "");
}

// What each listener takes; garbage is made of it, and of nothing at all.
struct Speech {
  const char* listener;
  bool datagrams;
  std::string text;
};

std::vector<Speech> speeches() {
  const std::string journal = "__CURSOR=s=a;i=1\n__REALTIME_TIMESTAMP=1700000000000000\n_HOSTNAME=a\nMESSAGE=hello\n\n";
  const std::string syslog = "<13>1 2023-11-14T22:13:20Z box app - - [a b=\"c\"] hello";
  return {
      {"http", false, write_request("m,host=a v=1,w=\"x\",y=t 1700000000000000000\n")},
      {"http", false,
       "POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Encoding: snappy\r\nContent-Length: 9\r\n\r\n"
       "\x07\x18\x0a\x05\x0a\x03\x0a\x01\x61"},
      {"http", false,
       "POST /api/v2/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.flux\r\n"
       "Content-Length: 45\r\n\r\nfrom(bucket:\"b\") |> range(start:-1h) |> last()"},
      {"http", false, get_request("/api/inquest/v1/evidence?host=a&at=2023-11-14T22:13:20Z")},
      {"journal", false,
       fmt::format("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.fdo.journal\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                   journal.size(), journal)},
      {"syslog", false, fmt::format("{} {}<34>Oct 11 22:14:15 box su: failed\n", syslog.size(), syslog)},
      {"syslog", true, syslog},
      {"graphite", false, "pve.nodes.a.cpu 0.5 1700000000\na;host=b 7 1700000000\n"},
      {"graphite", true, "pve.nodes.a.cpu 0.5 1700000000\n"},
      {"influx-udp", true, "m,host=a v=1,w=\"x\",y=t 1700000000000000000\n"},
      {"netconsole", true, "6.8.12,4,17,1000000,-,caller=T1,ncfrag=0/20;BUG: kernel\n SUBSYSTEM=x\n"},
      {"netconsole", true, "[   12.345678] plain words\n"},
  };
}

TEST(RecordFaults, GarbageOnEveryPortChangesNothingForOthers) {
  const TempFolder folder;
  RecorderProcess recorder({.data = folder.path("data"), .listeners = kAll, .flags = {}, .wrapper = {}});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  std::mt19937 random(11);
  for (int i = 0; i < 40; ++i) {
    for (const Speech& speech : speeches()) {
      std::string bytes = speech.text;
      switch (i % 4) {
        case 0:
          for (char& byte : bytes) byte = static_cast<char>(random());
          break;
        case 1: bytes.resize(random() % bytes.size()); break;
        case 2: bytes.insert(random() % bytes.size(), std::string(random() % 3000, static_cast<char>(random()))); break;
        default:
          for (int flips = 0; flips < 5; ++flips)
            bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
      }
      if (speech.datagrams) {
        send_datagram(recorder.port(speech.listener, "udp"), bytes);
        continue;
      }
      TcpClient client(recorder.port(speech.listener));
      client.leave_nothing();
      client.send(bytes);
      if (i % 2 == 0) client.finish();
    }
  }
  EXPECT_EQ(write_once(recorder, "good v=7i 7"), 204);
  EXPECT_THAT(asked(recorder, "SELECT%20v%20FROM%20good"), HasSubstr("[[7,7]]"));
  EXPECT_EQ(recorder.stop(), 0) << recorder.err();
  EXPECT_EQ(recorder.faults(), "");
}

}  // namespace
}  // namespace inquest
