#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder sysstat_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(sysstat_decoder, text, "sar.txt"); }

std::string first_sample(std::string_view date, std::string_view clock) {
  const model::Case c = read(fmt::format(
      "Linux 6.1.0 (node-a) \t{} \t_x86_64_\t(16 CPU)\n\n{} CPU %user %idle\n{} all 1.5 98.5\n", date, clock, clock));
  if (c.series.empty() || c.series[0].samples.empty()) return "none";
  return format_utc({c.series[0].samples[0].time, Precision::Second});
}

TEST(Sysstat, ReadsTheDatesOfManyLocales) {
  EXPECT_EQ(first_sample("01/02/26", "23:40:01"), "2026-01-02T23:40:01Z") << "the C locale";
  EXPECT_EQ(first_sample("01/02/2026", "11:40:01 PM"), "2026-01-02T23:40:01Z") << "America";
  EXPECT_EQ(first_sample("01/02/2026", "12:40:01 AM"), "2026-01-02T00:40:01Z") << "America, after midnight";
  EXPECT_EQ(first_sample("01/02/2026", "23:40:01"), "2026-02-01T23:40:01Z") << "Britain, France, Spain";
  EXPECT_EQ(first_sample("31/01/2026", "23:40:01"), "2026-01-31T23:40:01Z");
  EXPECT_EQ(first_sample("01.02.2026", "23:40:01"), "2026-02-01T23:40:01Z") << "Germany";
  EXPECT_EQ(first_sample("2026-02-01", "23:40:01"), "2026-02-01T23:40:01Z") << "ISO";
  EXPECT_EQ(first_sample("2026-02-01", "23:40:01+0100"), "2026-02-01T23:40:01Z") << "ISO with a zone";
}

TEST(Sysstat, GivesNoTimeToAnImpossibleDate) {
  EXPECT_EQ(first_sample("31.02.2026", "23:40:01"), "none");
  const model::Case c =
      read("Linux 6.1.0 (a) \t99/99/9999 \t_x86_64_\t(1 CPU)\n\n00:00:01 CPU %user\n00:00:02 all 1\n");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

TEST(Sysstat, KeepsTheRowsAroundADamagedOne) {
  const model::Case c = read(
      "Linux 6.1.0 (node-a) \t01/31/26 \t_x86_64_\t(16 CPU)\n\n23:40:01 CPU %user %idle\n23:50:01 all 1.0 99.0\n"
      "23:55:01 all 1.\xff 99.0\n23:58:01 all\n23:59:01 all 2.0 98.0\n");
  ASSERT_EQ(c.series.size(), 2U);
  EXPECT_EQ(c.series[0].samples.size(), 2U);
  EXPECT_EQ(c.series[1].samples.size(), 3U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

TEST(Sysstat, StartsEachTableOnTheFirstDay) {
  const model::Case c = read(
      "Linux 6.1.0 (node-a) \t01/31/26 \t_x86_64_\t(16 CPU)\n\n23:40:01 CPU %user\n23:50:01 all 1.0\n00:00:01 all 1.0\n"
      "\n23:40:01 tps bread/s\n23:50:01 1.0 2.0\n");
  ASSERT_EQ(c.series.size(), 3U);
  EXPECT_EQ(format_utc({c.series[0].samples[1].time, Precision::Second}), "2026-02-01T00:00:01Z");
  EXPECT_EQ(format_utc({c.series[1].samples[0].time, Precision::Second}), "2026-01-31T23:50:01Z");
}

}  // namespace
}  // namespace inquest::decode
