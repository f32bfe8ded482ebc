#include "record/netconsole_packet.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(NetconsolePacket, ReadsTheHeader) {
  const auto header = parse_netconsole_header("4,433,7772381,-;------------[ cut here ]------------\n");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->release, "");
  EXPECT_EQ(header->priority, 4U);
  EXPECT_EQ(header->sequence, 433U);
  EXPECT_EQ(header->uptime_us, 7772381U);
  EXPECT_EQ(header->flags, "-");
  EXPECT_EQ(header->body, "------------[ cut here ]------------\n");
  EXPECT_FALSE(header->fragment);
}

TEST(NetconsolePacket, ReadsReleaseCallerFragmentAndUnknownFields) {
  const auto header = parse_netconsole_header("6.12.1-rc3+,12,9,5,c,caller=T17,later=x,ncfrag=10/1200;text;more");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->release, "6.12.1-rc3+");
  EXPECT_EQ(header->priority >> 3, 1U);
  EXPECT_EQ(header->level(), 4);
  EXPECT_EQ(header->flags, "c");
  EXPECT_EQ(header->caller, "T17");
  ASSERT_TRUE(header->fragment);
  EXPECT_EQ(header->fragment->offset, 10U);
  EXPECT_EQ(header->fragment->total, 1200U);
  EXPECT_EQ(header->body, "text;more");
}

TEST(NetconsolePacket, TakesEverythingElseAsText) {
  for (const std::string_view text : {
           "",
           ";",
           "[    1.000000] plain",
           "6,1,2;no flags",
           "6,1,2,;no flags",
           "6,x,2,-;no sequence",
           "6,1,-2,-;no time",
           "2048,1,2,-;a facility of more than a byte",
           "usb,6,1,2,-;no release",
           "6,9223372036854775808,2,-;a sequence that can't be",
           "6,99999999999999999999,2,-;nor this",
           "6,1,2,-,ncfrag=10;no total",
           "6,1,2,-,ncfrag=8/10;beyond the record",
           "6,1,2,-,ncfrag=4294967295/4294967295;",
           "6,1,2,-,ncfrag=0/99999999;too much",
           "6,1,2,-",
       }) {
    EXPECT_FALSE(parse_netconsole_header(text)) << text;
  }
  EXPECT_FALSE(parse_netconsole_header(std::string(300, '6') + ",1,2,-;x"));
}

TEST(NetconsolePacket, UndoesEscapesAndReadsTheDictionary) {
  const NetconsoleBody body = parse_netconsole_body(
      "NET: \\x1b[1m\\\\ two\\x0alines\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n room=b=2\\x20\n");
  EXPECT_EQ(body.text, "NET: \x1b[1m\\\\ two\nlines");
  ASSERT_EQ(body.fields.size(), 3U);
  EXPECT_EQ(body.fields[0], std::pair(std::string("SUBSYSTEM"), std::string("acpi")));
  EXPECT_EQ(body.fields[2], std::pair(std::string("room"), std::string("b=2 ")));
}

TEST(NetconsolePacket, KeepsBytesThatAreNoDictionaryWithTheText) {
  EXPECT_EQ(parse_netconsole_body("one\ntwo\n =x\n a\n\n").text, "one\ntwo\n =x\n a");
  EXPECT_EQ(parse_netconsole_body("ends in \\x4").text, "ends in \\x4");
  EXPECT_EQ(parse_netconsole_body("").text, "");
}

}  // namespace
}  // namespace inquest::record
