#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pstore_front_decoder;

namespace {

TEST(PstoreFront, TakesWhatProgramsWroteByTheRecordsName) {
  constexpr std::string_view kText = "last words of a daemon\n";
  EXPECT_EQ(pstore_front_decoder.sniff(testing::head_of(kText, "pmsg-ramoops-0")), Claim::Likely);
  EXPECT_EQ(pstore_front_decoder.sniff(testing::head_of(kText, "notes")), Claim::No);
  EXPECT_EQ(pstore_front_decoder.sniff(testing::head_of("\n\n", "pmsg-ramoops-0")), Claim::No);
  const model::Case c = testing::decode_with(pstore_front_decoder, kText, "pmsg-ramoops-0");
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.message(0), "last words of a daemon");
  EXPECT_EQ(c.streams[0].clock, model::ClockDomain::None);
}

}  // namespace
}  // namespace inquest::decode
