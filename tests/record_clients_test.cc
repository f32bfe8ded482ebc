// The recorder and the programs that people point at it: each is run as it is, and what it sends is looked at.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.h"
#include "support/recorder_process.h"
#include "support/running_recorder.h"
#include "support/server.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using testing::free_port;
using testing::has_program;
using testing::run_program;
using testing::RunningRecorder;
using testing::Server;
using Settings = testing::RunningRecorder::Settings;

#define NEEDS(program) \
  if (!has_program(program)) GTEST_SKIP() << "there is no " << (program) << " here"

// Whether it becomes true within a minute, as it does at once on a machine that is not busy.
bool soon(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string url(const RunningRecorder& recorder, std::string_view path) {
  return fmt::format("http://127.0.0.1:{}{}", recorder.port("http"), path);
}

TEST(RecordClients, CurlWritesPlainCompressedAndLargeBodies) {
  NEEDS("curl");
  NEEDS("gzip");
  RunningRecorder recorder(Settings{{"http", "127.0.0.1:0"}});
  const TempFolder folder;
  std::string lines;
  for (int i = 1; i <= 100'000; ++i) lines += fmt::format("cpu,host=a usage={} {}\n", i, i);
  const std::string path = folder.write("lines", lines);
  // Of this size curl asks first (Expect: 100-continue), and chunked it says no length.
  EXPECT_TRUE(run_program({"curl", "-sf", "--data-binary", "@" + path, url(recorder, "/write?db=plain")}));
  EXPECT_TRUE(run_program({"curl", "-sf", "-H", "Transfer-Encoding: chunked", "--data-binary", "@" + path,
                           url(recorder, "/api/v2/write?org=o&bucket=chunked")}));
  ASSERT_TRUE(run_program({"gzip", path}));
  EXPECT_TRUE(run_program({"curl", "-sf", "-H", "Content-Encoding: gzip", "--data-binary", "@" + path + ".gz",
                           url(recorder, "/write?db=packed")}));
  for (const char* bucket : {"plain", "chunked", "packed"})
    EXPECT_TRUE(recorder.store.lines(bucket) == lines) << bucket;
}

TEST(RecordClients, CurlWritesOverTls) {
  NEEDS("curl");
  NEEDS("openssl");
  const TempFolder folder;
  ASSERT_TRUE(run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                           folder.path("key"), "-out", folder.path("pem")}));
  RunningRecorder recorder(
      Settings{{"http", "tls:127.0.0.1:0"}, {"tls-certificate", folder.path("pem")}, {"tls-key", folder.path("key")}});
  const std::string there = fmt::format("https://localhost:{}/write?db=x", recorder.port("http"));
  EXPECT_TRUE(run_program({"curl", "-sf", "-4", "--cacert", folder.path("pem"), "-d", "m f=1 1", there}));
  EXPECT_FALSE(run_program({"curl", "-sf", "-4", "-d", "m f=1 2", there}));  // it does not trust us
  EXPECT_FALSE(run_program({"curl", "-sf", "-d", "m f=1 2", url(recorder, "/write?db=x")}));
  EXPECT_EQ(recorder.store.lines("x"), "m f=1 1\n");
}

TEST(RecordClients, InfluxsShellInserts) {
  NEEDS("influx");
  RunningRecorder recorder(Settings{{"http", "127.0.0.1:0"}});
  const std::string port = std::to_string(recorder.port("http"));
  EXPECT_TRUE(run_program({"influx", "-host", "127.0.0.1", "-port", port, "-database", "made", "-execute",
                           "INSERT cpu,host=a usage=1 1700000000000000000"}));
  EXPECT_EQ(recorder.store.buckets().value(), std::vector<std::string>{"made"});
  EXPECT_EQ(recorder.store.lines("made"), "cpu,host=a usage=1 1700000000000000000\n");
}

// The whole program with its store, and a token that it knows.
struct WithToken {
  WithToken() {
    // "token for the client: T\nline for ...: NAME:sha256:..."
    const testing::Ended made = testing::run_inquest({"record", "--make-token", "client"});
    const size_t at = made.out.find(": ") + 2;
    token = made.out.substr(at, made.out.find('\n') - at);
    const std::string line = made.out.substr(made.out.rfind("client:sha256:"));
    recorder = std::make_unique<testing::RecorderProcess>(
        testing::RecorderProcess::Setup{.data = folder.path("data"),
                                        .listeners = {},
                                        .flags = {"--http-token-file", folder.write("tokens", line)},
                                        .wrapper = {}});
    port = std::to_string(recorder->port("http"));
  }

  TempFolder folder;
  std::string token;
  std::unique_ptr<testing::RecorderProcess> recorder;
  std::string port;
};

TEST(RecordClients, InfluxsOfficialClientWritesAndQueries) {
  NEEDS("node");
  // script/test installs it where there are npm and a network.
  const std::string modules = INQUEST_SOURCE_DIR "/build/clients/node_modules";
  if (!std::filesystem::exists(modules + "/@influxdata/influxdb-client"))
    GTEST_SKIP() << "@influxdata/influxdb-client is not installed in build/clients";
  WithToken recording;
  EXPECT_TRUE(
      run_program({"env", "NODE_PATH=" + modules, "node", INQUEST_SOURCE_DIR "/tests/clients/influxdb_client.js",
                   "http://127.0.0.1:" + recording.port, recording.token}));
  EXPECT_EQ(recording.recorder->stop(), 0) << recording.recorder->err();
}

TEST(RecordClients, InfluxsShellMakesDatabasesAndQueriesWithAToken) {
  NEEDS("influx");
  WithToken recording;
  const auto influx = [&](const std::string& token, std::string_view statement, const std::string& output) {
    return run_program(
        {"sh", "-c",
         fmt::format("influx -host 127.0.0.1 -port {} -username u -password {} -database made -format csv "
                     "-execute '{}' >{}",
                     recording.port, token, statement, recording.folder.path(output))});
  };
  const auto content = [&](const std::string& output) {
    std::ifstream file(recording.folder.path(output));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  ASSERT_TRUE(influx(recording.token, "CREATE DATABASE made", "nothing"));
  ASSERT_TRUE(influx(recording.token, "SHOW DATABASES", "names"));
  EXPECT_NE(content("names").find("\ndatabases,made\n"), std::string::npos) << content("names");
  ASSERT_TRUE(influx(recording.token, "INSERT cpu,core=a usage=1,busy=t 1700000000000000000", "nothing"));
  ASSERT_TRUE(influx(recording.token, "INSERT cpu,core=a usage=2,busy=f 1700000001000000000", "nothing"));
  ASSERT_TRUE(influx(recording.token,
                     "SELECT mean(usage), count(busy) FROM cpu WHERE time >= 1700000000s AND time < 1700000010s GROUP "
                     "BY time(10s), core",
                     "rows"));
  EXPECT_EQ(content("rows"), "name,tags,time,mean,count\ncpu,core=a,1700000000000000000,1.5,2\n");
  EXPECT_FALSE(influx("wrong", "SHOW DATABASES", "nothing"));
}

// What a scraper of the recorder's own metrics writes back to it.
void expect_remote_write(RunningRecorder& recorder) {
  EXPECT_TRUE(soon([&] {
    const std::string lines = recorder.store.lines("prometheus");
    return lines.find("inquest_listener_messages_total,") != std::string::npos &&
           lines.find("\nup,") != std::string::npos;
  })) << recorder.store.lines("prometheus");
  EXPECT_EQ(recorder.metric("inquest_listener_malformed_total{listener=\"http\"}"), 0);
}

std::string scrape_config(const RunningRecorder& recorder) {
  return fmt::format(
      "global:\n  scrape_interval: 1s\n"
      "scrape_configs:\n  - job_name: inquest\n    static_configs:\n      - targets: ['127.0.0.1:{}']\n",
      recorder.port("http"));
}

TEST(RecordClients, VmagentWritesRemotely) {
  NEEDS("vmagent");
  RunningRecorder recorder(Settings{{"http", "127.0.0.1:0"}});
  const TempFolder folder;
  const Server vmagent({"vmagent", "-promscrape.config=" + folder.write("scrape.yml", scrape_config(recorder)),
                        "-remoteWrite.url=" + url(recorder, "/api/v1/write"),
                        "-remoteWrite.tmpDataPath=" + folder.path("tmp"), "-remoteWrite.flushInterval=100ms",
                        fmt::format("-httpListenAddr=127.0.0.1:{}", free_port())});
  expect_remote_write(recorder);
}

TEST(RecordClients, PrometheusWritesRemotely) {
  NEEDS("prometheus");
  RunningRecorder recorder(Settings{{"http", "127.0.0.1:0"}});
  const TempFolder folder;
  const std::string config =
      scrape_config(recorder) +
      fmt::format("remote_write:\n  - url: {}\n    queue_config:\n      batch_send_deadline: 200ms\n",
                  url(recorder, "/api/v1/write"));
  const Server prometheus({"prometheus", "--config.file=" + folder.write("prometheus.yml", config),
                           "--storage.tsdb.path=" + folder.path("data"),
                           fmt::format("--web.listen-address=127.0.0.1:{}", free_port())});
  expect_remote_write(recorder);
}

std::string collectd_config(const TempFolder& folder, std::string_view plugin) {
  return fmt::format(
      "Hostname \"box\"\nFQDNLookup false\nBaseDir \"{0}\"\nPIDFile \"{0}/pid\"\nTypesDB "
      "\"/usr/share/collectd/types.db\"\n"
      "Interval 1\nLoadPlugin load\nLoadPlugin cpu\nLoadPlugin memory\n{1}\n",
      folder.path(), plugin);
}

TEST(RecordClients, CollectdSendsLineProtocolInDatagrams) {
  NEEDS("collectd");
  RunningRecorder recorder(Settings{{"influx-udp", "127.0.0.1:0"}, {"influx-udp-bucket", "collectd"}});
  const TempFolder folder;
  const std::string plugin = fmt::format(
      "LoadPlugin write_influxdb_udp\n<Plugin write_influxdb_udp>\n  Server \"127.0.0.1\" \"{}\"\n</Plugin>",
      recorder.port("influx-udp"));
  const Server collectd({"collectd", "-f", "-C", folder.write("collectd.conf", collectd_config(folder, plugin))});
  EXPECT_TRUE(soon([&] { return recorder.store.lines("collectd").find("load") != std::string::npos; }));
  recorder.stop();
  const std::string lines = recorder.store.lines("collectd");
  EXPECT_THAT(lines, ::testing::HasSubstr("host=box"));
  const auto now = std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1);
  const std::string time = lines.substr(0, lines.find('\n')).substr(lines.find_last_of(' ', lines.find('\n')) + 1);
  EXPECT_NEAR(std::stod(time) / 1e9, static_cast<double>(now), 300) << lines;  // whatever unit it was sent in
  EXPECT_EQ(recorder.metric("inquest_listener_malformed_total{listener=\"influx-udp\"}"), 0);
}

TEST(RecordClients, CollectdSendsGraphite) {
  NEEDS("collectd");
  RunningRecorder recorder(Settings{{"graphite", "tcp:127.0.0.1:0"}});
  const TempFolder folder;
  const std::string plugin = fmt::format(
      "LoadPlugin write_graphite\n<Plugin write_graphite>\n  <Node \"recorder\">\n    Host \"127.0.0.1\"\n    Port "
      "\"{}\"\n"
      "    Prefix \"collectd.\"\n  </Node>\n</Plugin>",
      recorder.port("graphite"));
  // It sends when a packet is full.
  {
    const Server collectd({"collectd", "-f", "-C", folder.write("collectd.conf", collectd_config(folder, plugin))});
    EXPECT_TRUE(soon([&] { return recorder.metric("inquest_listener_bytes_total{listener=\"graphite\"}") > 0; }));
  }
  EXPECT_TRUE(soon([&] { return recorder.store.lines("graphite").find("host=box") != std::string::npos; }))
      << recorder.store.lines("graphite");
}

}  // namespace
}  // namespace inquest
