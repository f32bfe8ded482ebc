#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder line_protocol_decoder;

namespace {

using Strings = std::vector<std::string>;
using testing::problems_of;
using testing::series_of;

model::Case decode(std::string_view text) { return testing::decode_with(line_protocol_decoder, text, "metrics.out"); }

TEST(LineProtocol, ReadsEveryKindOfValue) {
  const model::Case c = decode("m a=1.5,b=-2i,c=3u,d=t,e=False,f=1e3,g=\"x\",h=.5,i=9223372036854775807i 1772337610\n");
  EXPECT_EQ(series_of(c), Strings({" m a []: 1.5", " m b []: -2", " m c []: 3", " m d []: 1", " m e []: 0",
                                   " m f []: 1000", " m h []: 0.5", " m i []: 9.223372036854776e+18"}));
  EXPECT_EQ(problems_of(c), Strings({"1 values that are text, not figures"}));
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

TEST(LineProtocol, UndoesEscapes) {
  const model::Case c = decode(R"(my\ m\,1,host=a\ b,k\=1=v\,w\\x f\ 1=1,f\=2="q \" , z=1",f3=3 1772337610)");
  EXPECT_EQ(series_of(c), Strings({R"(a b my m,1 f 1 [k=1=v,w\\x]: 1)", R"(a b my m,1 f3 [k=1=v,w\\x]: 3)"}));
}

TEST(LineProtocol, SortsTags) {
  const model::Case c = decode("m,z=1,host=x,a=2 v=1 1772337610\nm,a=2,host=x,z=1 v=2 1772337620\n");
  EXPECT_EQ(series_of(c), Strings({"x m v [a=2,z=1]: 1 2"}));
}

TEST(LineProtocol, FindsFieldsInAnyOrder) {
  const model::Case c = decode(
      "m a=1,b=2,c=3 1772337610\n"
      "m c=3,a=1,b=2 1772337620\n"
      "m b=2,d=4,c=3 1772337630\n"
      "m aa=5,a=1 1772337640\n");
  EXPECT_EQ(series_of(c), Strings({" m a []: 1 1 1", " m b []: 2 2 2", " m c []: 3 3 3", " m d []: 4", " m aa []: 5"}));
}

TEST(LineProtocol, FindsFieldsFarFromTheirLastPlace) {
  std::string forth = "m ";
  std::string back = "m ";
  Strings expected;
  for (int i = 0; i < 300; ++i) {
    forth += fmt::format("{}f{}={}", i == 0 ? "" : ",", i, i);
    back += fmt::format("{}f{}={}", i == 0 ? "" : ",", 299 - i, 299 - i);
    expected.push_back(fmt::format(" m f{} []: {} {} {}", i, i, i, i));
  }
  const model::Case c = decode(forth + " 1772337610\n" + back + " 1772337620\n" + forth + " 1772337630\n");
  EXPECT_EQ(series_of(c), expected);
}

TEST(LineProtocol, TellsTheUnitOfTimesByTheirSize) {
  const model::Case c =
      decode("m a=1 1772337610\nm a=1 1772337610000\nm a=1 1772337610000000\nm a=1 1772337610000000000\n");
  ASSERT_EQ(c.series.size(), 1U);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(c.series[0].samples[i].time, 1'772'337'610 * kSecond);
}

TEST(LineProtocol, LosesNoMoreThanWhatIsBroken) {
  const model::Case c = decode(
      "m a=1,b=x,c=NaN,d=4 1772337610\n"
      "m a=1\n"
      "m a=1 177233\n"
      "m a=1,b=\"open 1772337610\n"
      "m a=1,b=\"x\"y 1772337610\n"
      "m\n"
      "m a=1,,b=2 1772337610\n"
      "m,t a=1 1772337610\n"
      ",t=1 a=1 1772337610\n"
      "m a=1i5,b=2 1772337610\n"
      "m a=7,d=8 1772337620");
  EXPECT_EQ(series_of(c), Strings({" m a []: 1 7", " m d []: 4 8", " m b []: 2"}));
  EXPECT_EQ(problems_of(c),
            Strings({"1 field b is not a value", "1 field c is not a finite number", "2 a point without a time",
                     "3 the time is no count since 1970", "4 quotes around a field's text do not fit",
                     "6 a point without fields", "7 fields are not \"name=value,...\"",
                     "8 measurement and tags are not \"name,tag=value,...\"", "10 field a is not a value"}));
}

TEST(LineProtocol, PassesOverComments) {
  const model::Case c = decode("# DDL\nCREATE DATABASE telegraf WITH NAME autogen\n\n# DML\n  m a=1 1772337610\n");
  EXPECT_EQ(series_of(c), Strings({" m a []: 1"}));
  EXPECT_EQ(problems_of(c), Strings());
}

TEST(LineProtocol, ClaimsItsOwnOnly) {
  const auto claim = [](std::string_view text) { return line_protocol_decoder.sniff({text, "x", true}); };
  EXPECT_EQ(claim("cpu,host=x usage_idle=99.5 1772337610000000000\n"), Claim::Certain);
  EXPECT_EQ(claim("# comment\n\ncpu usage_idle=99.5,s=\"a b\" 1772337610\n"), Claim::Certain);
  EXPECT_EQ(claim("cpu,host=x usage_idle=99.5\n"), Claim::Fallback) << "points without times";
  for (const char* text :
       {"", "# only comments\n", "level=info msg=\"up\" ts=1772337610\n", "a=b c=d\n", "error code=5\n",
        "PATH=/bin HOME=/root\n", "Mar  1 04:00:10 pve-a kernel: x=1\n", "usb 1-2: idVendor=046d 1772337610\n",
        "name value=1 yesterday\n", "BOOT_IMAGE=/boot/vmlinuz-6.17.9-1-pve root=/dev/mapper/pve-root ro quiet\n",
        "options zfs zfs_arc_max=8589934592\n", "options vfio-pci ids=10de:27b0 1772337610\n",
        "[a],b=c d=1 1772337610\n", "cpu idle=1 1772337610.5\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
