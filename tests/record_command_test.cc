// inquest record as its users start and end it.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite_store.h"
#include "support/process.h"
#include "support/server.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using ::testing::AllOf;
using testing::Ended;
using testing::free_port;
using testing::has_program;
using ::testing::HasSubstr;
using testing::run_inquest;
using testing::run_program;
using ::testing::StartsWith;

const std::vector<std::string> kOff = {"--influx-udp", "none",     "--graphite", "none",      "--netconsole",
                                       "none",         "--syslog", "none",       "--journal", "none"};

std::vector<std::string> record(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "record");
  arguments.insert(arguments.end(), kOff.begin(), kOff.end());
  return arguments;
}

// Runs a script of the shell, in which `record` starts a recorder in the background with its output in $out, and
// `there` waits until that says where it listens.
bool shell(const TempFolder& folder, std::string_view script) {
  return run_program({"sh", "-ec",
                      fmt::format("out={0}/out; err={0}/err; data={0}/data\n"
                                  "record() {{ {1} record --data $data {2} \"$@\" >$out 2>$err & pid=$!; }}\n"
                                  "there() {{ for i in $(seq 3000); do grep -q ' http ' $out && return 0; "
                                  "kill -0 $pid || return 1; sleep 0.02; done; return 1; }}\n"
                                  "address() {{ grep -o '127[.]0[.]0[.]1:[0-9]*' $out | head -1; }}\n{3}",
                                  folder.path(), INQUEST_BINARY, fmt::join(kOff, " "), script)});
}

TEST(RecordCommand, SaysWhereItStoresAndListensAndEndsCleanly) {
  const TempFolder folder;
  EXPECT_TRUE(shell(folder,
                    "record --http 127.0.0.1:0; there\n"
                    "grep -q \"stores in *$data, for 30 days\" $out\n"
                    "kill -TERM $pid; wait $pid\n"
                    "test ! -s $err"));
}

TEST(RecordCommand, WordsAConflictOfTypesAsEitherInfluxDoes) {
  if (!has_program("curl")) GTEST_SKIP() << "there is no curl here";
  const TempFolder folder;
  EXPECT_TRUE(shell(folder, R"sh(
record --http 127.0.0.1:0; there
curl -sf -d 'm f=7' "http://$(address)/write?db=x"
answer() { curl -s -w ' %{http_code}' -d 'm f="x"' "http://$(address)$1" | tr -d '\n' >$data.answer; }
why='partial write: field type conflict: input field \"f\" on measurement \"m\" is type string, already exists as type float dropped=1'
answer '/write?db=x'; grep -qF '{"error":"'"$why"'"} 400' $data.answer
answer '/api/v2/write?bucket=x'; grep -qF '"failure writing points to database: '"$why"'"} 422' $data.answer
kill $pid; wait $pid)sh"));
}

TEST(RecordCommand, KeepsWhatItAcknowledgedOverAKill) {
  if (!has_program("curl")) GTEST_SKIP() << "there is no curl here";
  const TempFolder folder;
  ASSERT_TRUE(shell(folder,
                    "record --http 127.0.0.1:0; there\n"
                    "curl -sf -d 'm,host=a f=7 1700000000000000000' \"http://$(address)/write?db=x\"\n"
                    "kill -KILL $pid; wait $pid || true"));
  auto store = store::SqliteStore::open({.folder = folder.path("data"), .read_only = true});
  ASSERT_TRUE(store) << store.error().text();
  std::vector<Ns> times;
  ASSERT_TRUE((*store)->select({.bucket = "x"}, [&](store::Slice&& slice) {
    times.insert(times.end(), slice.times.begin(), slice.times.end());
    return true;
  }));
  EXPECT_EQ(times, std::vector<Ns>{1'700'000'000 * kSecond});
}

TEST(RecordCommand, RefusesAFolderThatAnotherOneHas) {
  const TempFolder folder;
  EXPECT_TRUE(shell(
      folder, fmt::format("record --http 127.0.0.1:0; there\n"
                          "if {} record --data $data {} --http 127.0.0.1:0 2>{}; then exit 1; else test $? = 4; fi\n"
                          "kill $pid; wait $pid",
                          INQUEST_BINARY, fmt::join(kOff, " "), folder.path("second"))));
}

TEST(RecordCommand, SaysWhyAFolderCannotBeHad) {
  const TempFolder folder;
  const std::string path = folder.write("file", "") + "/data";
  const Ended ended = run_inquest(record({"--data", path, "--http", "none"}));
  EXPECT_EQ(ended.status, 4);
  EXPECT_EQ(ended.err, fmt::format("inquest: {}: this folder cannot be made: Not a directory\n", path));
}

TEST(RecordCommand, RefusesAPortThatAnotherOneHas) {
  const TempFolder folder;
  const testing::HttpServer other([](const auto&) { return std::string(); });
  const Ended ended =
      run_inquest(record({"--data", folder.path("data"), "--http", fmt::format("127.0.0.1:{}", other.port())}));
  EXPECT_EQ(ended.status, 4);
  EXPECT_THAT(ended.err,
              AllOf(StartsWith(fmt::format("inquest: http: 127.0.0.1:{} (TCP) is in use already; ", other.port())),
                    HasSubstr("--http ADDR:PORT chooses another one")));
}

TEST(RecordCommand, SaysWhatIsWrongWithItsConfiguration) {
  const TempFolder folder;
  const std::string path = folder.write("record.toml", "data = \"/nowhere\"\n\n[http]\nlisten = \"8086\"\n");
  const Ended ended = run_inquest({"record", "--config", path});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, StartsWith("inquest: " + path + ":4: http.listen: \"8086\" is no address to listen on; "));
  EXPECT_EQ(run_inquest({"record", "--retain", "soon"}).status, 2);
  EXPECT_EQ(run_inquest({"record", "--config", folder.path("none")}).status, 2);
}

TEST(RecordCommand, PrintsAConfigurationThatItReads) {
  const TempFolder folder;
  const Ended printed = run_inquest({"record", "--print-config"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_THAT(printed.out, HasSubstr("\n[http]\n"));
  const std::string path = folder.write("record.toml", printed.out);
  EXPECT_TRUE(shell(folder, fmt::format("record --config {} --http 127.0.0.1:0; there; kill $pid; wait $pid", path)));
}

TEST(RecordCommand, TellsTheServiceManager) {
  if (!has_program("python3")) GTEST_SKIP() << "there is no python3 here, to play the service manager";
  const TempFolder folder;
  const std::string manager = folder.write("manager.py",
                                           "import socket, subprocess, sys\n"
                                           "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                                           "s.bind(sys.argv[1]); s.settimeout(100)\n"
                                           "p = subprocess.Popen(sys.argv[2:], env={'NOTIFY_SOCKET': sys.argv[1], "
                                           "'WATCHDOG_USEC': '2000000'})\n"
                                           "assert s.recv(100) == b'READY=1'\n"
                                           "assert s.recv(100) == b'WATCHDOG=1'\n"
                                           "p.terminate()\n"
                                           "while (m := s.recv(100)) == b'WATCHDOG=1': pass\n"
                                           "assert m == b'STOPPING=1'\n"
                                           "sys.exit(p.wait())\n");
  std::vector<std::string> arguments = record({"--data", folder.path("data"), "--http", "none"});
  arguments.insert(arguments.begin(), {"python3", manager, folder.path("notify"), INQUEST_BINARY});
  EXPECT_TRUE(run_program(arguments));
}

TEST(RecordCommand, MakesTokens) {
  const Ended ended = run_inquest({"record", "--make-token", "telegraf"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, AllOf(StartsWith("token for the client: "), HasSubstr("telegraf:sha256:")));
  EXPECT_EQ(run_inquest({"record", "--make-token", "a b"}).status, 2);
}

TEST(RecordCommand, ItsUnitIsLockedUp) {
  if (!has_program("systemd-analyze")) GTEST_SKIP() << "there is no systemd-analyze here";
  EXPECT_TRUE(run_program({"systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager",
                           INQUEST_SOURCE_DIR "/packaging/inquest-record.service"}));
}

}  // namespace
}  // namespace inquest
