#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder lastlog_decoder;

namespace {

// One struct lastlog.
std::string entry(uint32_t seconds, std::string_view line, std::string_view host) {
  std::string out(292, '\0');
  for (size_t i = 0; i < 4; ++i) out[i] = static_cast<char>(seconds >> (8 * i));
  out.replace(4, line.size(), line);
  out.replace(36, host.size(), host);
  return out;
}

const std::string kNever(292, '\0');

Claim claim(std::string_view bytes) { return lastlog_decoder.sniff({bytes, "lastlog", true}); }

TEST(Lastlog, NamesTheUserByItsPlace) {
  const model::Case c = testing::decode_with(
      lastlog_decoder, entry(1'770'350'100, "pts/0", "192.0.2.17") + kNever + entry(1'770'500'000, "tty1", ""),
      "lastlog");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.message(0), "last login of user 0 on pts/0 from 192.0.2.17");
  EXPECT_EQ(c.message(1), "last login of user 2 on tty1");
  EXPECT_EQ(c.events[1].time, 1'770'500'000 * kSecond);
}

TEST(Lastlog, ClaimsByTheStructureOfItsRecords) {
  EXPECT_EQ(claim(entry(1'770'350'100, "pts/0", "")), Claim::Certain);
  EXPECT_EQ(claim(kNever + kNever), Claim::No) << "zeros say nothing";
  EXPECT_EQ(claim(entry(5, "pts/0", "")), Claim::No);
  EXPECT_EQ(claim(std::string(2920, 'x')), Claim::No) << "one long line of text";
  EXPECT_EQ(claim(entry(1'770'350'100, "", "")), Claim::No);
  EXPECT_EQ(claim(entry(1'770'350'100, "pts/0", std::string_view("a\0b", 3))), Claim::No);
  EXPECT_EQ(claim(entry(1'770'350'100, "pts/0", "") + "x"), Claim::No);
}

TEST(Lastlog, GoesOnBehindADamagedRecord) {
  const model::Case c =
      testing::decode_with(lastlog_decoder, std::string(292, '\x01') + entry(1'770'500'000, "tty1", ""), "lastlog");
  EXPECT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

}  // namespace
}  // namespace inquest::decode
