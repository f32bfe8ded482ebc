#include "record/host_watch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_store.h"

namespace inquest::record {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kAddress = "192.0.2.7";

class Watched {
 public:
  explicit Watched(testing::MemoryStore& store) {
    watch_ =
        std::move(*HostWatch::open(store, {[this] { return kHour + passed_; }, [this] { return kNow + passed_; }}));
  }

  // A kernel's line, from a netconsole that does not say whose it is.
  void kernel(std::string message) {
    store::Event event;
    event.time = event.received = kNow + passed_;
    event.host = kAddress;
    event.source = "netconsole";
    event.ident = "kernel";
    event.severity = 2;
    event.message = std::move(message);
    event.fields = {{"peer", std::string(kAddress)}, {"monotonic_us", fmt::format("{}", passed_ / kMicro)}};
    watch_->events({&event, 1});
  }
  void telemetry(std::string_view host) { line(fmt::format("cpu,host={} idle=9", host)); }
  // A line of telemetry without its time.
  void line(std::string_view text, std::string_view from = kAddress) {
    watch_->lines({std::string(from), false}, "telegraf", fmt::format("{} {}\n", text, kNow + passed_));
  }
  // Telemetry of that host every ten seconds, if any.
  void pass(Ns length, std::string_view host = {}) {
    for (Ns i = 0; i < length; i += kSecond) {
      if (!host.empty() && i % (10 * kSecond) == 0) telemetry(host);
      passed_ += kSecond;
      EXPECT_TRUE(watch_->work());
      for (const Incident& due : watch_->take_due()) watch_->examined(due.id, {});
    }
  }
  std::vector<std::string> hosts() const {
    std::vector<std::string> out;
    for (const VitalRow& row : watch_->rows()) out.push_back(row.host);
    return out;
  }
  HostWatch& watch() { return *watch_; }

 private:
  static constexpr Ns kNow = 1'790'000'000 * kSecond;
  Ns passed_ = 0;
  std::unique_ptr<HostWatch> watch_;
};

TEST(HostWatch, AHostThatSaysItsNameLaterIsOneHost) {
  testing::MemoryStore store;
  Watched watched(store);
  watched.kernel("eth0: link up");
  watched.pass(kSecond);
  EXPECT_THAT(watched.hosts(), ElementsAre(kAddress));
  watched.pass(20 * kSecond, "pve1");
  watched.kernel("eth0: link down");
  watched.pass(kSecond);
  EXPECT_THAT(watched.hosts(), ElementsAre("pve1"));
}

TEST(HostWatch, AnAddressThatSeveralSpeakForNamesNobody) {
  testing::MemoryStore store;
  Watched watched(store);
  watched.pass(20 * kSecond, "pve1");
  watched.pass(20 * kSecond, "pve2");
  watched.kernel("eth0: link up");
  watched.pass(kSecond);
  EXPECT_THAT(watched.hosts(), ElementsAre(kAddress, "pve1", "pve2"));
}

TEST(HostWatch, NamesOutliveARestart) {
  testing::MemoryStore store;
  {
    Watched before(store);
    before.pass(kMinute, "pve1");
    before.watch().remember();
  }
  Watched watched(store);
  watched.kernel("eth0: link up");
  watched.pass(kSecond);
  EXPECT_THAT(watched.hosts(), ElementsAre("pve1"));
}

TEST(HostWatch, ANodesAddressIsItsOwnAlthoughItSpeaksForItsGuests) {
  testing::MemoryStore store;
  for (const bool restarted : {false, true}) {
    Watched watched(store);
    for (int i = 0; i < 10 && !restarted; ++i) {
      watched.line("system,host=web,nodename=pve1,object=qemu uptime=77");
      watched.line("system,host=local,nodename=pve1,object=storages used=5");
      watched.line("system,host=pve1,object=nodes uptime=99");
      watched.pass(10 * kSecond);
    }
    watched.kernel("eth0: link up");
    watched.pass(kSecond);
    EXPECT_THAT(watched.hosts(), ElementsAre("pve1", "web")) << restarted;
    watched.watch().remember();
  }
}

TEST(HostWatch, AGuestThatIsOffAndThenDeletedDidNotDie) {
  testing::MemoryStore store;
  Watched watched(store);
  for (int i = 0; i < 60; ++i) {
    if (i < 40)
      watched.line(fmt::format("system,host=web,nodename=pve1,object=qemu uptime={}", i < 20 ? 77 + i * 10 : 0));
    watched.line(fmt::format("system,host=pve1,object=nodes uptime={}", 99 + i * 10));
    watched.pass(10 * kSecond);
  }
  EXPECT_TRUE(store.incidents({})->empty());
  ASSERT_EQ(watched.watch().rows().back().host, "web");
  EXPECT_EQ(watched.watch().rows().back().state, VitalState::Off);
}

TEST(HostWatch, ATargetThatPrometheusFindsDownIsDead) {
  testing::MemoryStore store;
  Watched watched(store);
  for (int i = 0; i < 60; ++i) {
    watched.line(fmt::format("up,instance=db:9100 value={}", i < 30 ? 1 : 0));
    watched.line("node_load1,instance=web:9100 value=1");
    if (i < 30) watched.line("node_load1,instance=db:9100 value=1");
    watched.pass(10 * kSecond);
  }
  ASSERT_EQ(store.incidents({})->size(), 1U);
  EXPECT_EQ(store.incidents({})->front().host, "db");
}

TEST(HostWatch, NobodyDiesWhileTheStoreHoldsSendersUp) {
  for (const bool held : {false, true}) {
    testing::MemoryStore store;
    Watched watched(store);
    for (int i = 0; i < 60; ++i) {
      watched.line("cpu,host=a idle=1");
      if (i < 30) watched.line("cpu,host=b idle=1");
      if (i == 30) watched.line("cpu,host=b idle=1");
      for (int second = 0; second < 10; ++second) {
        if (held && i > 30 && i < 59) watched.watch().held_up();
        watched.pass(kSecond);
      }
    }
    EXPECT_EQ(store.incidents({})->size(), held ? 0U : 1U);
  }
}

TEST(HostWatch, WhoDiedUnderItsAddressReturnsUnderItsName) {
  testing::MemoryStore store;
  Watched watched(store);
  watched.kernel("Kernel panic - not syncing: Fatal exception");
  watched.pass(30 * kSecond);
  ASSERT_EQ(store.incidents({})->size(), 1U);
  EXPECT_EQ(store.incidents({})->front().host, kAddress);
  EXPECT_EQ(store.incidents({})->front().state, "open");
  watched.pass(5 * kMinute, "pve1");
  ASSERT_EQ(store.incidents({})->size(), 1U);
  EXPECT_EQ(store.incidents({})->front().state, "closed");
  EXPECT_THAT(watched.hosts(), ElementsAre("pve1"));
}

}  // namespace
}  // namespace inquest::record
