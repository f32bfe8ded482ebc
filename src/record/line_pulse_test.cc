#include "record/line_pulse.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(LineBeats, AreOneForEachMeasurementOfAHost) {
  const auto beats = line_beats(
      "cpu,cpu=cpu0,host=db1 usage_idle=98 1700000000000000000\n"
      "cpu,cpu=cpu1,host=db1 usage_idle=97 1700000010000000000\n"
      "system,host=db1 n=1i,uptime=4711i,uptime_format=\"1:18 x\" 1700000000000000000\n"
      "cpu,cpu=cpu0,host=db2 usage_idle=98 1700000000000000000\n");
  ASSERT_EQ(beats.size(), 3U);
  EXPECT_EQ(beats[0].host, "db1");
  EXPECT_EQ(beats[0].measurement, "cpu");
  EXPECT_EQ(beats[0].stated, 1700000010000000000);
  EXPECT_FALSE(beats[0].uptime);
  EXPECT_EQ(beats[1].uptime, 4711 * kSecond);
  EXPECT_EQ(beats[2].host, "db2");
}

TEST(LineBeats, KnowWhoSpeaksForWhom) {
  const auto beats = line_beats(
      "system,host=web,nodename=pve1,object=qemu,vmid=100 uptime=0 1\n"
      "node_load1,instance=db\\ 3:9100,job=node value=1 2\n"
      "node_load1,instance=[2001:db8::1]:9100,job=node value=1 2\n"
      "my\\,host\\=x,host=a\\,b f=1 3\n"
      "plain f=1 4\n");
  ASSERT_EQ(beats.size(), 5U);
  EXPECT_EQ(beats[0].host, "web");
  EXPECT_EQ(beats[0].reporter, "pve1");
  EXPECT_FALSE(beats[0].uptime) << "a guest that is off";
  EXPECT_EQ(beats[1].host, "db 3");
  EXPECT_EQ(beats[2].host, "[2001:db8::1]");
  EXPECT_EQ(beats[3].host, "a,b");
  EXPECT_EQ(beats[3].measurement, "my,host=x");
  EXPECT_EQ(beats[4].host, "");
}

TEST(LineBeats, AreNotOfWhatIsSaidOfTheDeadAsWell) {
  const auto beats = line_beats(
      "up,instance=db:9100,job=node value=0 2000000000\n"
      "scrape_duration_seconds,instance=db:9100,job=node value=10 2000000000\n"
      "probe_success,instance=db,job=icmp value=0 2000000000\n"
      "ALERTS,alertname=down,instance=db:9100 value=1 2000000000\n"
      "system,host=local,nodename=pve1,object=storages,type=dir active=1 2000000000\n"
      "system,host=web,nodename=pve1,object=qemu,vmid=100 uptime=7 2000000000\n"
      "up,host=db,instance=x value=1 2000000000\n"
      "node_boot_time_seconds,instance=web:9100 value=1.5 2000000000\n");
  ASSERT_EQ(beats.size(), 3U);
  EXPECT_EQ(beats[0].host, "web");
  EXPECT_EQ(beats[0].uptime, 7 * kSecond);
  EXPECT_EQ(beats[1].host, "db") << "a measurement of that name, of whoever tags its host";
  EXPECT_EQ(beats[2].uptime, kSecond / 2);
}

TEST(LineBeats, SayThatAGuestIsOff) {
  const std::string off = "system,host=web,nodename=pve1,object=qemu uptime=0 1000\n";
  const std::string on = "system,host=web,nodename=pve1,object=qemu uptime=3 2000\n";
  EXPECT_TRUE(line_beats(off).at(0).off);
  EXPECT_FALSE(line_beats(off + on).at(0).off) << "the newest counts, in whichever order they come";
  EXPECT_FALSE(line_beats(on + off).at(0).off);
  EXPECT_FALSE(line_beats("system,host=web uptime=0 1000\n").at(0).off) << "who speaks is not off";
}

TEST(LineBeats, TakeAnyBytes) {
  std::string text = "cpu,host=a f=1 5\n";
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 37 + i / 11);
  for (const std::string_view part :
       {std::string_view(text), std::string_view(""), std::string_view("\n\n"), std::string_view("a\\"),
        std::string_view("a,host=\\ f 1"), std::string_view("system,host=a uptime=1e300 5\n")}) {
    for (const LineBeat& beat : line_beats(part)) EXPECT_FALSE(beat.uptime);
  }
}

}  // namespace
}  // namespace inquest::record
