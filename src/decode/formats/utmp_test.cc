#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder utmp_decoder;

namespace {

constexpr uint16_t kRunLevel = 1;
constexpr uint16_t kBoot = 2;
constexpr uint16_t kLogin = 7;

void put(std::string& record, size_t at, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) record[at + i] = static_cast<char>(value >> (8 * i));
}

// One struct utmp.
std::string entry(uint16_t type, std::string_view user, std::string_view line, std::string_view host,
                  uint32_t seconds) {
  std::string out(384, '\0');
  put(out, 0, type, 2);
  put(out, 4, 53, 4);
  out.replace(8, line.size(), line);
  out.replace(44, user.size(), user);
  out.replace(76, host.size(), host);
  put(out, 340, seconds, 4);
  put(out, 344, 250'000, 4);
  return out;
}

std::string boot(uint32_t seconds) { return entry(kBoot, "reboot", "~", "6.1.0-31-amd64", seconds); }
std::string shutdown(uint32_t seconds) { return entry(kRunLevel, "shutdown", "~", "6.1.0-31-amd64", seconds); }

model::Case read(std::string_view bytes) { return testing::decode_with(utmp_decoder, bytes, "wtmp"); }
Claim claim(std::string_view bytes) { return utmp_decoder.sniff({bytes, "wtmp", true}); }

constexpr uint32_t kDay1 = 1'770'350'000;

TEST(Utmp, ShowsRecordsAsLastDoes) {
  const model::Case c = read(boot(kDay1) + entry(kRunLevel, "runlevel", "~", "6.1.0-31-amd64", kDay1 + 9) +
                             entry(kLogin, "root", "pts/0", "192.0.2.17", kDay1 + 100) + shutdown(kDay1 + 900));
  ASSERT_EQ(c.events.size(), 4U);
  EXPECT_EQ(c.message(0), "reboot   system boot  6.1.0-31-amd64");
  EXPECT_EQ(c.message(1), "runlevel to level 5  6.1.0-31-amd64");
  EXPECT_EQ(c.message(2), "login: root on pts/0 from 192.0.2.17");
  EXPECT_EQ(c.message(3), "shutdown system down  6.1.0-31-amd64");
  EXPECT_EQ(c.events[0].time, kDay1 * kSecond + 250 * kMilli);
  EXPECT_EQ(c.streams[0].clock, model::ClockDomain::Utc);
  EXPECT_EQ(c.streams[0].precision, Precision::Micro);
  ASSERT_EQ(c.landmarks.size(), 1U);
  EXPECT_EQ(c.landmarks[0].kind, model::LandmarkKind::ShutdownBegin);
}

TEST(Utmp, TellsHowEachBootEnded) {
  const model::Case c = read(boot(kDay1) + shutdown(kDay1 + 900) + boot(kDay1 + 1000) + boot(kDay1 + 2000));
  ASSERT_EQ(c.boot_claims.size(), 3U);
  EXPECT_EQ(c.boot_claims[0].orderly, true);
  EXPECT_EQ(c.boot_claims[1].orderly, false) << "the next boot came without a shutdown";
  EXPECT_FALSE(c.boot_claims[2].orderly.has_value()) << "nothing is known of the last one's end";
  EXPECT_EQ(c.boot_claims[1].cite.offset, 2U * 384);
}

TEST(Utmp, ExpectsNoShutdownInAListOfFailedLogins) {
  EXPECT_TRUE(model::watches(read(boot(kDay1)).streams[0].watch, model::Watch::Shutdown));
  EXPECT_FALSE(model::watches(read(entry(6, "root", "ssh:notty", "203.0.113.9", kDay1)).streams[0].watch,
                              model::Watch::Shutdown));
}

TEST(Utmp, ClaimsByTheStructureOfItsRecords) {
  EXPECT_EQ(claim(boot(kDay1)), Claim::Certain);
  EXPECT_EQ(claim(boot(kDay1) + std::string(384, '\0')), Claim::Certain);
  EXPECT_EQ(claim(std::string(384, '\0')), Claim::No) << "zeros say nothing";
  EXPECT_EQ(claim(boot(kDay1).substr(0, 383)), Claim::No);
  EXPECT_EQ(claim(boot(kDay1) + "x"), Claim::No);
  EXPECT_EQ(claim(boot(1000)), Claim::No) << "1970";
  EXPECT_EQ(claim(entry(77, "reboot", "~", "", kDay1)), Claim::No);
  std::string unused = boot(kDay1);
  unused[380] = 'x';
  EXPECT_EQ(claim(unused), Claim::No);
}

TEST(Utmp, GoesOnBehindADamagedRecord) {
  const model::Case c =
      read(boot(kDay1) + std::string(384, 'x') + shutdown(kDay1 + 900) + boot(kDay1 + 1000).substr(0, 100));
  EXPECT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 2U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].offset, 384U);
  EXPECT_EQ(c.evidence[0].diagnostics[1].offset, 3U * 384);
}

}  // namespace
}  // namespace inquest::decode
