#include "decode/log_stamp.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

struct Good {
  std::string_view text;
  StampForm form;
  std::string_view time;  // as format_utc prints it at the stamp's precision, whatever the clock
  bool utc;
  size_t length;
  std::string_view zone = {};
};

std::string shown(const Stamp& stamp) { return format_utc({stamp.time, stamp.precision}); }

TEST(StampParser, ReadsEveryForm) {
  const Good cases[] = {
      {"Feb  9 07:55:07 pve", StampForm::Bsd, "2000-02-09T07:55:07Z", false, 15},
      {"Feb 09 07:55:07 pve", StampForm::Bsd, "2000-02-09T07:55:07Z", false, 15},
      {"Feb 9 07:55:07 pve", StampForm::Bsd, "2000-02-09T07:55:07Z", false, 14},
      {"Feb 29 23:59:60 pve", StampForm::Bsd, "2000-03-01T00:00:00Z", false, 15},
      {"Dec 31 07:55:07.123456 pve", StampForm::Bsd, "2000-12-31T07:55:07.123456Z", false, 22},
      {"Mär 09 07:55:07 pve", StampForm::Bsd, "2000-03-09T07:55:07Z", false, 16},
      {"Dez  9 07:55:07.123 pve", StampForm::Bsd, "2000-12-09T07:55:07.123Z", false, 19},
      {"févr. 09 07:55:07 pve", StampForm::Bsd, "2000-02-09T07:55:07Z", false, 18},
      {"мая 09 07:55:07 pve", StampForm::Bsd, "2000-05-09T07:55:07Z", false, 18},
      {"Feb  9 2026 07:55:07 pve", StampForm::BsdYear, "2026-02-09T07:55:07Z", false, 20},
      {"Feb 19 2026 07:55:07 pve", StampForm::BsdYear, "2026-02-19T07:55:07Z", false, 20},
      {"2026-02-09T07:55:07.123456-08:00 pve", StampForm::Iso, "2026-02-09T15:55:07.123456Z", true, 32},
      {"2026-02-09T07:55:07+0530 pve", StampForm::Iso, "2026-02-09T02:25:07Z", true, 24},
      {"2026-02-09T07:55:07.003Z pve", StampForm::Iso, "2026-02-09T07:55:07.003Z", true, 24},
      {"2026-02-09T07:55:07 pve", StampForm::Iso, "2026-02-09T07:55:07Z", false, 19},
      {"2026-02-09 07:55:07.000000001 pve", StampForm::Iso, "2026-02-09T07:55:07.000000001Z", false, 29},
      {"Mon 2026-02-09 07:55:07 UTC pve", StampForm::Full, "2026-02-09T07:55:07Z", true, 27},
      {"Mon 2026-02-09 07:55:07 PST pve", StampForm::Full, "2026-02-09T07:55:07Z", false, 27, "PST"},
      {"Mon 2026-02-09 07:55:07 -03 pve", StampForm::Full, "2026-02-09T10:55:07Z", true, 27},
      {"Mon 2026-02-09 07:55:07 pve kernel: up", StampForm::Full, "2026-02-09T07:55:07Z", false, 23},
      {"[12345.678901] pve", StampForm::Monotonic, "1970-01-01T03:25:45.678901Z", false, 14},
      {"[    0.000000] pve", StampForm::Monotonic, "1970-01-01T00:00:00.000000Z", false, 14},
      {"[    5.000001 <    0.000001 >] pve", StampForm::Monotonic, "1970-01-01T00:00:05.000001Z", false, 30},
      {"[    5.000001                ] pve", StampForm::Monotonic, "1970-01-01T00:00:05.000001Z", false, 30},
      {"1770652507.123456 pve", StampForm::Unix, "2026-02-09T15:55:07.123456Z", true, 17},
  };
  StampParser parser;
  for (const Good& wanted : cases) {
    for (const std::string& text : {std::string(wanted.text), std::string(wanted.text.substr(0, wanted.length))}) {
      Stamp stamp;
      ASSERT_TRUE(parser.parse(text, stamp)) << text;
      EXPECT_EQ(stamp.form, wanted.form) << text;
      EXPECT_EQ(shown(stamp), wanted.time) << text;
      EXPECT_EQ(stamp.utc, wanted.utc) << text;
      EXPECT_EQ(stamp.length, wanted.length) << text;
      EXPECT_EQ(stamp.zone, wanted.zone) << text;
    }
  }
}

TEST(StampParser, RefusesWhatIsNoTime) {
  StampParser parser;
  for (const std::string_view text : {
           "",
           "F",
           "Feb",
           "Feb  9",
           "Feb  9 07:55",
           "Feb  9 07:55:071 x",
           "Feb 30 07:55:07 x",
           "Feb  0 07:55:07 x",
           "Feb  9 24:00:00 x",
           "Feb  9 07:60:00 x",
           "Feb  9 07:55:61 x",
           "Fab  9 07:55:07 x",
           "Feb  9 2026 7:55:07 x",
           "Feb 29 2026 07:55:07 x",
           "2026-02-09",
           "2026-02-30T07:55:07Z x",
           "2026-13-01T07:55:07Z x",
           "2026-02-09T07:55:07,123+01:00 x",
           "2026-02-09T07:55:07Zx",
           "9999-02-09T07:55:07Z x",
           "Mon 2026-02-09",
           "Moo 2026-02-09 07:55:07 UTC x",
           "Mon 2026-02-09T07:55:07 UTC x",
           "[12345.6789] x",
           "[12345] x",
           "[.123456] x",
           "[    1.123456 x",
           "123456.123456 x",
           "99999999999.123456 x",
           "1770652507 x",
           "  Feb  9 07:55:07 x",
       }) {
    Stamp stamp;
    EXPECT_FALSE(parser.parse(text, stamp)) << text;
  }
}

// The date of the line before is remembered; the next line's may be another, or written in another form.
TEST(StampParser, KeepsDatesApart) {
  StampParser parser;
  Stamp stamp;
  ASSERT_TRUE(parser.parse("Feb  9 07:55:07 a", stamp));
  ASSERT_TRUE(parser.parse("Feb 10 07:55:07 a", stamp));
  EXPECT_EQ(shown(stamp), "2000-02-10T07:55:07Z");
  ASSERT_TRUE(parser.parse("Feb 10 2026 07:55:07 a", stamp));
  EXPECT_EQ(shown(stamp), "2026-02-10T07:55:07Z");
  ASSERT_TRUE(parser.parse("Feb 10 07:55:08 a", stamp));
  EXPECT_EQ(shown(stamp), "2000-02-10T07:55:08Z");
  EXPECT_FALSE(parser.parse("Feb 10 07:55:99 a", stamp));
  ASSERT_TRUE(parser.parse("2026-02-09T07:55:07Z a", stamp));
  EXPECT_FALSE(parser.parse("2026-02-31T07:55:07Z a", stamp));
  ASSERT_TRUE(parser.parse("2026-02-09T07:55:09Z a", stamp));
  EXPECT_EQ(shown(stamp), "2026-02-09T07:55:09Z");
}

}  // namespace
}  // namespace inquest::decode
