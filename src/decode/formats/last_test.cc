#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder last_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(last_decoder, text, "last.txt"); }

// The claims' ends in order: '+' orderly, '-' not, '?' not said.
std::string ends(const model::Case& c) {
  std::string out;
  for (const model::BootClaim& claim : c.boot_claims) out += !claim.orderly ? '?' : *claim.orderly ? '+' : '-';
  return out;
}

TEST(Last, TakesABootThatIsStillRunningBeforeAnotherForOneThatWasCut) {
  EXPECT_EQ(ends(read("reboot   system boot  6.1.0 Sat Jan 31 23:20:11 2026   still running\n"
                      "reboot   system boot  6.1.0 Fri Jan 30 12:00:01 2026   still running\n")),
            "-?");
}

TEST(Last, TakesABootWithAnEndOfItsOwnForAnOrderlyOne) {
  EXPECT_EQ(ends(read("reboot   system boot  6.1.0 Sat Jan 31 23:20:11 2026   still running\n"
                      "reboot   system boot  6.1.0 Fri Jan 30 12:00:01 2026 - Sat Jan 31 23:18:00 2026 (1+11:17)\n")),
            "+?");
}

TEST(Last, DoesNotJudgeABootThatEndsWhereTheNextBegins) {
  EXPECT_EQ(ends(read("reboot   system boot  3.10.0 Sat Jan 31 23:20 - 23:59  (00:39)\n"
                      "reboot   system boot  3.10.0 Fri Jan 30 12:00 - 23:20 (1+11:20)\n")),
            "??");
}

TEST(Last, BelievesTheShutdownLinesWhereThereAreAny) {
  EXPECT_EQ(ends(read("reboot   system boot  6.1.0 Sat Jan 31 23:20:11 2026   still running\n"
                      "reboot   system boot  6.1.0 Fri Jan 30 12:00:01 2026 - Sat Jan 31 23:18:00 2026 (1+11:17)\n"
                      "shutdown system down  6.1.0 Fri Jan 30 11:58:00 2026 - Fri Jan 30 12:00:01 2026  (00:02)\n"
                      "reboot   system boot  6.1.0 Thu Jan 29 12:00:01 2026 - Fri Jan 30 11:58:00 2026  (23:57)\n")),
            "+-?");
}

TEST(Last, FindsTheYearByTheWeekdayOfTheOldestLine) {
  // The list begins in 2019; the lines shown are the newest only.
  const model::Case c = read(
      "reboot   system boot  6.1.0 Sat Jan 31 23:20   still running\n\n"
      "wtmp begins Wed Jan  2 09:12:44 2019\n");
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(to_civil(c.events[0].time).year, 2026);
  EXPECT_FALSE(c.streams[0].yearless);
}

TEST(Last, LeavesTheYearOpenWhereNothingTellsIt) {
  const model::Case c = read("reboot   system boot  6.1.0 Sat Jan 31 23:20   still running\n");
  ASSERT_EQ(c.streams.size(), 1U);
  EXPECT_TRUE(c.streams[0].yearless);
}

TEST(Last, KeepsWhatFollowsAnImpossibleDate) {
  const model::Case c = read(
      "reboot   system boot  6.1.0 Sat Jan 31 23:20:11 2026   still running\n"
      "reboot   system boot  6.1.0 Sat Feb 31 23:20:11 2026   still running\n"
      "reboot   system boot  6.1.0 Fri Jan 30 12:00:01 2026   still running\n");
  EXPECT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

}  // namespace
}  // namespace inquest::decode
