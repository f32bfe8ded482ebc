#include "decode/ctime_stamp.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

constexpr Ns kFebruary9 = 1'770'634'432 * kSecond;  // 2026-02-09T10:53:52

TEST(CtimeStamp, ReadsTheWordsOfManyLocales) {
  for (const std::string_view words : {
           "Mon Feb  9 10:53:52 2026",     // C, English
           "Mo Feb  9 10:53:52 2026",      // German as glibc abbreviates
           "Mo, 9. Feb 2026, 10:53:52",    // German as translated
           "lun. févr.  9 10:53:52 2026",  // French
           "lun feb  9 10:53:52 2026",     // Italian
           "seg fev  9 10:53:52 2026",     // Portuguese
           "пн фев  9 10:53:52 2026",      // Russian
           "一 2月  9 10:53:52 2026",      // Chinese
           "月  2月  9 10:53:52 2026",     // Japanese: the weekday's character is the month's
       }) {
    const CtimeStamp stamp = parse_ctime_stamp(words);
    EXPECT_TRUE(stamp.dated) << words;
    EXPECT_EQ(stamp.local, kFebruary9) << words;
  }
}

TEST(CtimeStamp, TakesAWeekdayForNoMonth) {
  EXPECT_EQ(parse_ctime_stamp("mar. mai 12 10:53:52 2026").local, parse_ctime_stamp("Tue May 12 10:53:52 2026").local);
}

TEST(CtimeStamp, SaysThatADateWasThereThatItCannotRead) {
  const CtimeStamp stamp = parse_ctime_stamp("Llu Chwe  9 10:53:52 2026");
  EXPECT_TRUE(stamp.dated);
  EXPECT_FALSE(stamp.local.has_value());
}

TEST(CtimeStamp, RefusesWhatIsNoDate) {
  for (const std::string_view words : {"", "drm", "Hardware Error", "Mon Feb 9 2026", "10:53:52",
                                       "Feb 30 10:53:52 2026", "Feb 9 10:99:52 2026", "Feb 9 25:53:52 2026"}) {
    EXPECT_FALSE(parse_ctime_stamp(words).local.has_value()) << words;
  }
}

}  // namespace
}  // namespace inquest::decode
