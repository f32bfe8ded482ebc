#include "decode/log_scope.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using model::Watch;

struct Log {
  std::vector<std::string> idents;
  Watch watch;
};

TEST(LogScope, WatchesWhatItsProgramsTellOf) {
  const Watch whole = Watch::SystemLog | Watch::KernelLog | Watch::Shutdown;
  const Log cases[] = {
      {{}, Watch::Nothing},
      {{""}, Watch::Nothing},
      {{"kernel"}, Watch::KernelLog},
      {{"kernel", "systemd"}, whole},
      {{"kernel", "sshd"}, whole},
      {{"kernel", "systemd", "corosync"}, whole | Watch::Cluster},
      {{"corosync"}, Watch::Cluster},
      {{"systemd", "corosync"}, Watch::Cluster},
      {{"sshd"}, Watch::Nothing},
      {{"postfix/smtpd", "postfix/qmgr", "postfix/cleanup", "postfix/local"}, Watch::Nothing},
      {{"sshd", "sudo", "CRON"}, Watch::SystemLog},
      {{"sshd", "sudo", "systemd-logind"}, Watch::SystemLog | Watch::Shutdown},
  };
  for (const Log& log : cases) {
    model::StringPool strings;
    LogScope scope(strings);
    std::string words;
    for (const std::string& ident : log.idents) {
      scope.note(0, strings.intern(ident));
      words += ident + " ";
    }
    EXPECT_EQ(scope.watch(), log.watch) << words;
  }
}

LogScope heard(model::StringPool& strings, const std::vector<std::string>& hosts) {
  LogScope scope(strings);
  for (const std::string& host : hosts) scope.note(strings.intern(host), 0);
  return scope;
}

TEST(LogScope, TakesHostsThatTakeTurnsForACollector) {
  model::StringPool strings;
  const LogScope scope = heard(strings, {"a", "b", "b", "a"});
  EXPECT_TRUE(scope.many_hosts());
  EXPECT_EQ(scope.channel(), model::Channel::Network);
  EXPECT_EQ(scope.only_host(), 0U);
}

TEST(LogScope, TakesARenamedHostForNoCollector) {
  model::StringPool strings;
  const LogScope scope = heard(strings, {"old", "old", "new", "new"});
  EXPECT_EQ(scope.channel(), model::Channel::Disk);
  EXPECT_EQ(scope.only_host(), 0U);
}

TEST(LogScope, KnowsAHostBeforeAndAfterItLearnsItsName) {
  model::StringPool strings;
  const LogScope scope = heard(strings, {"localhost", "pve", "(none)", "pve.example.org", "localhost", "pve"});
  EXPECT_FALSE(scope.many_hosts());
  EXPECT_EQ(scope.only_host(), strings.find("pve"));
}

TEST(LogScope, GivesUpCountingHosts) {
  model::StringPool strings;
  LogScope scope(strings);
  for (int i = 0; i < 5000; ++i) scope.note(strings.intern("h" + std::to_string(i) + "x"), 0);
  EXPECT_TRUE(scope.many_hosts());
}

}  // namespace
}  // namespace inquest::decode
