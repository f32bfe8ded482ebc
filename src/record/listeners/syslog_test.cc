// The listener as a whole, with the clients that people have. Those that are not installed are skipped.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/running_recorder.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest::record {
namespace {

using testing::RunningRecorder;
using testing::send_datagram;
using testing::TcpClient;
using Settings = RunningRecorder::Settings;

std::string field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

// Waits for half a minute at most.
bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool wait_for_events(RunningRecorder& recorder, size_t count) {
  return eventually([&] { return recorder.store.events_seen().size() >= count; });
}

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

bool installed(const std::string& program) {
  return std::filesystem::exists("/usr/bin/" + program) || std::filesystem::exists("/usr/sbin/" + program);
}

TEST(SyslogListener, TakesDatagramsAndStreamsOnOnePort) {
  RunningRecorder recorder(Settings{{"syslog", "127.0.0.1:0"}});
  const int port = recorder.port("syslog");
  send_datagram(port, "<30>1 2023-11-14T22:13:19Z host1 app 7 - - over UDP");
  {
    TcpClient client(port);
    client.send("<30>1 2023-11-14T22:13:19Z host1 app 7 - - over TCP\n17 <30>app: counted\n");
    client.send("<30>app: in two ");
    client.send("pieces\n<30>app: no end");
  }
  ASSERT_TRUE(wait_for_events(recorder, 5));
  recorder.stop();
  std::vector<std::string> messages;
  for (const store::Event& event : recorder.store.events_seen()) {
    messages.push_back(event.message);
    EXPECT_EQ(event.ident, "app");
    EXPECT_EQ(event.severity, 6);
    EXPECT_EQ(field(event, "peer"), "127.0.0.1");
    EXPECT_EQ(field(event, "spoofable"), event.message == "over UDP" ? "true" : "");
  }
  std::ranges::sort(messages);
  EXPECT_EQ(messages, (std::vector<std::string>{"counted", "in two pieces", "no end", "over TCP", "over UDP"}));
}

TEST(SyslogListener, MakesASenderWaitThatSendsTooMuch) {
  RunningRecorder recorder(
      Settings{{"syslog", "tcp:127.0.0.1:0"}, {"syslog-rate", "20000"}, {"syslog-burst", "20000"}});
  constexpr size_t kCount = 30'000;
  {
    TcpClient client(recorder.port("syslog"));
    for (size_t i = 0; i < kCount; ++i) ASSERT_TRUE(client.send(fmt::format("<13>app: message {}\n", i)));
  }
  ASSERT_TRUE(wait_for_events(recorder, kCount));
  recorder.stop();
  const auto events = recorder.store.events_seen();
  ASSERT_EQ(events.size(), kCount);
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(events[i].message, fmt::format("message {}", i));
}

TEST(SyslogListener, SurvivesGarbageAndClosesSilentConnectionsForNewOnes) {
  RunningRecorder recorder(Settings{{"syslog", "127.0.0.1:0"}, {"syslog-max-connections", "8"}});
  const int port = recorder.port("syslog");
  std::vector<std::unique_ptr<TcpClient>> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(std::make_unique<TcpClient>(port));
  TcpClient client(port);
  std::string garbage;
  for (int i = 0; i < 200'000; ++i) garbage += static_cast<char>(i * 7919 >> 3);
  EXPECT_TRUE(client.send(garbage));
  EXPECT_TRUE(client.send("\n<13>app: after it\n"));
  EXPECT_TRUE(eventually([&] {
    const auto events = recorder.store.events_seen();
    return !events.empty() && events.back().message == "after it";
  }));
}

TEST(SyslogListener, UnderstandsLogger) {
  if (!installed("logger")) GTEST_SKIP() << "no logger (bsdutils) here";
  RunningRecorder recorder(Settings{{"syslog", "127.0.0.1:0"}});
  const std::string to = fmt::format("logger -n 127.0.0.1 -P {} ", recorder.port("syslog"));
  size_t sent = 0;
  for (const std::string options :
       {"--rfc5424", "--rfc3164", "-d --rfc5424", "-d --rfc3164", "-T --rfc5424", "-T --rfc3164",
        "-T --octet-count --rfc5424", "-T --octet-count --rfc3164", "-T --rfc5424=notime,notq,nohost"}) {
    ASSERT_TRUE(run(to + options + " -t probe --id=4711 -p daemon.warning 'said by logger'")) << options;
    ASSERT_TRUE(wait_for_events(recorder, ++sent)) << options;
    const store::Event event = recorder.store.events_seen().back();
    EXPECT_EQ(event.message, "said by logger") << options;
    EXPECT_EQ(event.ident, "probe") << options;
    EXPECT_EQ(event.severity, 4) << options;
    EXPECT_EQ(field(event, "facility"), "daemon") << options;
    EXPECT_EQ(field(event, "pid"), "4711") << options;
    if (options.ends_with("rfc5424")) {
      EXPECT_GT(event.time, RunningRecorder::kNow) << options << ": today's time, not the recorder's";
      EXPECT_NE(field(event, "timeQuality.tzKnown"), "") << options;
    }
  }
}

// rsyslogd with a configuration of its own, until the test ends.
class Rsyslog {
 public:
  explicit Rsyslog(const std::string& output) {
    const std::string config = folder_.write(
        "rsyslog.conf", fmt::format("global(workDirectory=\"{}\")\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\n"
                                    "input(type=\"imuxsock\" Socket=\"{}\" CreatePath=\"on\")\n{}\n",
                                    folder_.path(), socket(), output));
    const std::string pid = folder_.path("pid");
    child_ = ::fork();
    if (child_ == 0) {
      ::execl("/usr/sbin/rsyslogd", "rsyslogd", "-n", "-f", config.c_str(), "-i", pid.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Rsyslog() {
    ::kill(child_, SIGTERM);
    int status = 0;
    ::waitpid(child_, &status, 0);
  }
  std::string socket() const { return folder_.path("log"); }

 private:
  TempFolder folder_;
  pid_t child_ = -1;
};

TEST(SyslogListener, UnderstandsRsyslog) {
  if (!installed("rsyslogd") || !installed("logger")) GTEST_SKIP() << "no rsyslogd here";
  for (const std::string_view options :
       {R"(protocol="udp" template="RSYSLOG_ForwardFormat")",
        R"(protocol="udp" template="RSYSLOG_SyslogProtocol23Format")",
        R"(protocol="tcp" template="RSYSLOG_ForwardFormat")",
        R"(protocol="tcp" template="RSYSLOG_TraditionalForwardFormat")",
        R"(protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")",
        R"(protocol="tcp" compression.mode="none" TCP_Framing="octet-counted" template="RSYSLOG_ForwardFormat")"}) {
    RunningRecorder recorder(Settings{{"syslog", "127.0.0.1:0"}});
    const Rsyslog rsyslog(
        fmt::format(R"(*.* action(type="omfwd" target="127.0.0.1" port="{}" {}))", recorder.port("syslog"), options));
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(rsyslog.socket()); })) << options;
    for (int i = 0; i < 20; ++i) {
      const std::string command =
          fmt::format("logger -u {} -t probe --id=4711 -p daemon.warning 'message {}'", rsyslog.socket(), i);
      // The socket may be there before anybody may write to it.
      ASSERT_TRUE(eventually([&] { return run(command); })) << options;
    }
    std::vector<store::Event> probes;
    EXPECT_TRUE(eventually([&] {
      probes.clear();
      for (const store::Event& event : recorder.store.events_seen()) {
        if (event.ident == "probe") probes.push_back(event);
      }
      return probes.size() == 20;
    })) << options;
    // rsyslog's queue may have several workers, so that the order is not its own.
    std::vector<std::string> messages;
    std::vector<std::string> expected;
    for (size_t i = 0; i < probes.size(); ++i) {
      messages.push_back(probes[i].message);
      expected.push_back(fmt::format("message {}", i));
      EXPECT_EQ(probes[i].severity, 4) << options;
      EXPECT_EQ(field(probes[i], "facility"), "daemon") << options;
      EXPECT_EQ(field(probes[i], "pid"), "4711") << options;
      EXPECT_NE(probes[i].host, "127.0.0.1") << options << ": rsyslog names the host";
    }
    std::ranges::sort(messages);
    std::ranges::sort(expected);
    EXPECT_EQ(messages, expected) << options;
  }
}

TEST(SyslogListener, TakesTls) {
  if (!installed("openssl")) GTEST_SKIP() << "no openssl here";
  TempFolder folder;
  const std::string key = folder.path("key.pem");
  const std::string certificate = folder.path("cert.pem");
  ASSERT_TRUE(
      run(fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                      "-subj /CN=localhost -keyout {} -out {}",
                      key, certificate)));
  RunningRecorder recorder(Settings{{"syslog", "tls:127.0.0.1:0"}, {"tls-certificate", certificate}, {"tls-key", key}});
  const int port = recorder.port("syslog");
  TcpClient not_tls(port);
  not_tls.send("<13>app: no TLS\n");
  EXPECT_TRUE(not_tls.closed());
  ASSERT_TRUE(
      run(fmt::format("printf '18 <13>app: encrypted<13>app: too\\n' | timeout 20 openssl s_client -quiet "
                      "-no_ign_eof -verify_return_error -CAfile {} -connect 127.0.0.1:{}",
                      certificate, port)));
  ASSERT_TRUE(wait_for_events(recorder, 2));
  const auto events = recorder.store.events_seen();
  EXPECT_EQ(events[0].message, "encrypted");
  EXPECT_EQ(events[1].message, "too");
}

}  // namespace
}  // namespace inquest::record
