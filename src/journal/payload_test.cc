#include "journal/payload.h"

#include <zstd.h>

#include <gtest/gtest.h>

#include "journal/journal_file.h"
#include "journal/layout.h"
#include "support/journal_builder.h"
#include "support/temp_folder.h"

namespace inquest::journal {
namespace {

std::string text() {
  std::string out = "MESSAGE=";
  for (int i = 0; i < 1000; ++i) out += "line " + std::to_string(i) + "\n";
  return out;
}

class Payload : public ::testing::TestWithParam<uint8_t> {
 protected:
  // As a journal has it.
  std::string compressed() {
    testing::JournalBuilder::Options options;
    options.compression = GetParam();
    testing::JournalBuilder builder(options);
    builder.add({1'767'225'600'000'000, 1, 1, {text()}});
    const TempFolder folder;
    auto image = Image::map(folder.write("a.journal", builder.finish()), residency_);
    JournalFile file("a.journal", std::move(*image));
    const auto data = file.data(builder.offset_of(text()));
    EXPECT_EQ(data->flags, GetParam());
    return std::string(data->payload);
  }
  Residency residency_;
};

TEST_P(Payload, ComesOutAsItWentIn) {
  std::string out;
  ASSERT_TRUE(inflate(GetParam(), compressed(), kLargestPayload, out));
  EXPECT_EQ(out, text());
}

TEST_P(Payload, GivesOnlyAsMuchAsIsAskedFor) {
  std::string out;
  ASSERT_TRUE(inflate(GetParam(), compressed(), 20, out));
  EXPECT_EQ(out, text().substr(0, 20));
}

TEST_P(Payload, ThatIsCutIsNoPayload) {
  const std::string whole = compressed();
  std::string out;
  for (const size_t size : {whole.size() - 1, whole.size() / 2, size_t{9}, size_t{1}, size_t{0}})
    EXPECT_FALSE(inflate(GetParam(), whole.substr(0, size), kLargestPayload, out)) << size;
}

INSTANTIATE_TEST_SUITE_P(Of, Payload, ::testing::Values(kXz, kLz4, kZstd));

TEST(Inflate, KnowsNoOtherCompression) {
  std::string out = "what was there";
  EXPECT_FALSE(inflate(0, "abc", 100, out));
  EXPECT_FALSE(inflate(kXz | kZstd, "abc", 100, out));
  EXPECT_EQ(out, "");
}

// A few kilobytes that claim, and are, a gigabyte.
TEST(Inflate, OfABombTakesNoMoreThanTheLimit) {
  const std::string zeros(1 << 20, '\0');
  std::string bomb(1 << 20, '\0');
  bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 1));
  std::string many;
  for (int i = 0; i < 1024; ++i) many += bomb;
  std::string out;
  ASSERT_TRUE(inflate(kZstd, many, 4096, out));
  EXPECT_EQ(out.size(), 4096U);
  EXPECT_LT(out.capacity(), size_t{2} << 20);
}

TEST(Inflate, DoesNotBelieveTheSizeThatLz4Claims) {
  std::string out;
  const std::string claim("\xFF\xFF\xFF\x2F\0\0\0\0\x10x", 10);  // 805,306,367 bytes out of two
  EXPECT_FALSE(inflate(kLz4, claim, kLargestPayload, out));
}

}  // namespace
}  // namespace inquest::journal
