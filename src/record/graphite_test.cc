#include "record/graphite.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

constexpr Ns kNow = 1'700'000'000 * kSecond;

std::string converted(std::string_view line, const std::vector<std::string>& templates = {}) {
  const auto parsed = GraphiteTemplates::parse(templates);
  if (!parsed) return parsed.error().message;
  std::string out;
  return parsed->append(line, kNow, out) ? out : "none";
}

TEST(Graphite, MakesTheNameTheMeasurementWithoutATemplate) {
  EXPECT_EQ(converted("a.b.c 17.5 1600000000"), "a.b.c value=17.5 1600000000000000000\n");
  EXPECT_EQ(converted("a.b.c\t17   1600000000.25\r"), "a.b.c value=17 1600000000250000000\n");
  EXPECT_EQ(converted("a 1e3 -1"), "a value=1000 1700000000000000000\n");
  EXPECT_EQ(converted("a -0.5"), "a value=-0.5 1700000000000000000\n");
}

TEST(Graphite, TakesTagsInTheName) {
  EXPECT_EQ(converted("disk.used;host=db1;dc=north 17 1600000000"),
            "disk.used,dc=north,host=db1 value=17 1600000000000000000\n");
}

TEST(Graphite, TakesNamesApartByTemplates) {
  const std::vector<std::string> templates = {"proxmox.nodes.* .object.host.measurement.field*",
                                              "collectd.* .host.measurement* dc=north", "*.x.* ..a.b.a",
                                              "plain.y y.field"};
  EXPECT_EQ(converted("proxmox.nodes.pve1.memory.memfree 17 1600000000", templates),
            "memory,host=pve1,object=nodes memfree=17 1600000000000000000\n");
  EXPECT_EQ(converted("proxmox.nodes.pve1.uptime 17 1600000000", templates),
            "uptime,host=pve1,object=nodes value=17 1600000000000000000\n");
  EXPECT_EQ(converted("proxmox.nodes.pve1.nics.eth0.rx 17 1600000000", templates),
            "nics,host=pve1,object=nodes eth0.rx=17 1600000000000000000\n");
  EXPECT_EQ(converted("collectd.db1.cpu-0.cpu-idle 17 1600000000", templates),
            "cpu-0.cpu-idle,dc=north,host=db1 value=17 1600000000000000000\n");
  EXPECT_EQ(converted("any.x.1.2.3.4 17 1600000000", templates),
            "any.x.1.2.3.4,a=1.3,b=2 value=17 1600000000000000000\n");
  EXPECT_EQ(converted("other.name 17 1600000000", templates), "other.name value=17 1600000000000000000\n");
}

TEST(Graphite, EscapesWhatLineProtocolTakesApart) {
  EXPECT_EQ(converted("a,b=c 1 1600000000"), "a\\,b\\=c value=1 1600000000000000000\n");
  EXPECT_EQ(converted("p.a,b=c 1 1600000000", {"measurement.field"}), "p a\\,b\\=c=1 1600000000000000000\n");
  EXPECT_EQ(converted("p.a,b=c 1 1600000000", {"measurement.tag"}), "p,tag=a\\,b\\=c value=1 1600000000000000000\n");
}

TEST(Graphite, HasNoLineForWhatIsNoNumber) {
  for (const char* value : {"nan", "NaN", "inf", "-INF"})
    EXPECT_EQ(converted("a " + std::string(value) + " 1600000000"), "");
}

TEST(Graphite, RefusesWhatIsNoLine) {
  for (const std::string& line :
       {std::string(), std::string("a"), std::string("a b"), std::string("a 1 2 3"), std::string("a 1 x"),
        std::string(";t=1 1 1"), std::string("a;t 1 1"), std::string("a;=1 1 1"), std::string("a 1 99999999999999"),
        std::string("a 1 1e300"), std::string(5000, 'a') + " 1 1", std::string(1000, '.') + " 1 1"})
    EXPECT_EQ(converted(line), "none") << line.substr(0, 40);
}

TEST(Graphite, SaysWhatIsWrongWithATemplate) {
  EXPECT_EQ(converted("", {"a b c"}), "the template \"a b c\" is not of the form: FILTER TEMPLATE TAG=VALUE...");
  EXPECT_EQ(converted("", {"field*.b"}), "the template \"field*.b\" goes on behind a part that takes all");
}

}  // namespace
}  // namespace inquest::record
