#include "evidence/decompressor.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/archive_builder.h"

namespace inquest::evidence {
namespace {

constexpr const char* kFilters[] = {"gzip", "xz", "zstd", "bzip2", "lz4"};

class FromString : public Bytes {
 public:
  FromString(std::string_view bytes, size_t piece) : bytes_(bytes), piece_(piece) {}
  Result<size_t> read(std::span<char> out) override {
    const size_t count = std::min({out.size(), piece_, bytes_.size()});
    std::memcpy(out.data(), bytes_.data(), count);
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  size_t piece_;
};

struct Read {
  std::string bytes;
  std::optional<Error> error;
};

Read decompress(std::string_view bytes, size_t piece = 1 << 20, const Limits& limits = {}) {
  Budget budget(limits);
  Expansion account(budget, nullptr, "x");
  FromString from(bytes, piece);
  Decompressor decompressor(container_kind(bytes.substr(0, kKindHead)), from, account);
  Read read;
  std::string buffer(10'000, '\0');
  for (;;) {
    const auto got = decompressor.read(buffer);
    if (!got) read.error = got.error();
    if (!got || *got == 0) return read;
    read.bytes.append(buffer, 0, *got);
  }
}

// Text that compresses like a log does.
std::string log_text(size_t lines) {
  std::string text;
  for (size_t i = 0; i < lines; ++i) {
    text += fmt::format("Feb  9 07:{:02}:{:02} host app[{}]: value {}\n", i / 60 % 60, i % 60, i * 7919 % 5000,
                        i * i * 2654435761 % 1000003);
  }
  return text;
}

TEST(Decompressor, GivesWhatWasCompressedHoweverItIsCut) {
  const std::string text = log_text(5'000);
  for (const char* filter : kFilters) {
    const std::string compressed = compress(filter, text);
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
      const Read read = decompress(compressed, piece);
      EXPECT_EQ(read.bytes, text) << filter;
      EXPECT_FALSE(read.error) << filter << read.error->message;
    }
  }
}

TEST(Decompressor, GivesNothingOfNothing) {
  // What `lz4 </dev/null` writes; libarchive's writer cannot.
  static constexpr std::string_view kEmptyLz4("\x04\x22\x4D\x18\x64\x40\xA7\0\0\0\0\x05\x5D\xCC\x02", 15);
  for (const std::string& compressed : {compress("gzip", ""), compress("xz", ""), compress("zstd", ""),
                                        compress("bzip2", ""), std::string(kEmptyLz4)}) {
    const Read read = decompress(compressed);
    EXPECT_EQ(read.bytes, "");
    EXPECT_FALSE(read.error) << read.error->message;
  }
}

TEST(Decompressor, JoinsStreamsThatFollowEachOtherAndDropsPadding) {
  for (const char* filter : kFilters) {
    const Read read = decompress(compress(filter, "one\n") + compress(filter, "two\n") + std::string(512, '\0'), 1);
    EXPECT_EQ(read.bytes, "one\ntwo\n") << filter;
    EXPECT_FALSE(read.error) << filter << read.error->message;
  }
}

TEST(Decompressor, SaysWhatFollowsTheCompressedData) {
  for (const char* filter : kFilters) {
    const Read read = decompress(compress(filter, "one\n") + "and a line of text\n");
    EXPECT_EQ(read.bytes, "one\n") << filter;
    ASSERT_TRUE(read.error) << filter;
    EXPECT_THAT(read.error->message, ::testing::HasSubstr("what follows is something else"));
  }
}

TEST(Decompressor, GivesAllWholeBlocksOfATruncatedStream) {
  struct Case {
    const char* filter;
    size_t lines;
    size_t block;  // what the format cannot decode without its end
  };
  for (const auto& [filter, lines, block] :
       {Case{"gzip", 20'000, 100}, Case{"xz", 20'000, 100}, Case{"zstd", 40'000, 128 << 10},
        Case{"bzip2", 40'000, 900'000}, Case{"lz4", 200'000, 4 << 20}}) {
    const std::string text = log_text(lines);
    const std::string compressed = compress(filter, text);
    const Read read = decompress(std::string_view(compressed).substr(0, compressed.size() * 7 / 8));
    ASSERT_TRUE(read.error) << filter;
    EXPECT_EQ(read.error->code, ErrorCode::Truncated) << filter;
    EXPECT_EQ(read.error->offset, read.bytes.size()) << filter;
    EXPECT_TRUE(text.starts_with(read.bytes)) << filter;
    EXPECT_GT(read.bytes.size() + block, text.size() * 6 / 8) << filter;
    EXPECT_GT(read.bytes.size(), 0U) << filter;
  }
}

TEST(Decompressor, GivesTheLastBytesBeforeACut) {
  // Less than a block of 64 KiB: a reader that works in blocks would lose it all.
  const std::string text = log_text(200);
  const std::string compressed = compress("gzip", text);
  const Read read = decompress(std::string_view(compressed).substr(0, compressed.size() - 20));
  ASSERT_TRUE(read.error);
  EXPECT_TRUE(text.starts_with(read.bytes));
  EXPECT_GT(read.bytes.size(), text.size() - 200);
}

TEST(Decompressor, TellsDamage) {
  const std::string text = log_text(20'000);
  for (const char* filter : kFilters) {
    std::string compressed = compress(filter, text);
    compressed[compressed.size() / 2] ^= 0x10;
    const Read read = decompress(compressed);
    // lz4 of libarchive carries a checksum of the whole only; the others notice earlier.
    EXPECT_TRUE(read.error.has_value()) << filter;
    EXPECT_LE(read.bytes.size(), text.size() + (1 << 20)) << filter;
  }
}

TEST(Decompressor, TellsAWrongChecksumAtTheEnd) {
  std::string compressed = compress("gzip", "one\n");
  compressed[compressed.size() - 6] ^= 0x01;
  const Read read = decompress(compressed);
  EXPECT_EQ(read.bytes, "one\n");
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->code, ErrorCode::Malformed);
  EXPECT_THAT(read.error->message, ::testing::HasSubstr("incorrect data check"));
}

TEST(Decompressor, StopsABombSoonAfterWhatIsFree) {
  const std::string zeros(96 << 20, '\0');
  for (const char* filter : {"gzip", "xz", "zstd"}) {
    const Read read = decompress(compress(filter, zeros));
    ASSERT_TRUE(read.error) << filter;
    EXPECT_EQ(read.error->code, ErrorCode::Limit);
    EXPECT_THAT(read.error->message, ::testing::HasSubstr("x expands to more than 200 times its size"));
    EXPECT_LE(read.bytes.size(), Limits::kFreeExpansion + (1 << 20)) << filter;
  }
}

TEST(Decompressor, StopsAtTheLimitOfAllExpansion) {
  Limits limits;
  limits.expanded_bytes = 100'000;
  const Read read = decompress(compress("gzip", log_text(50'000)), 1 << 20, limits);
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->code, ErrorCode::Limit);
  EXPECT_THAT(read.error->message, ::testing::HasSubstr("by more than 100,000 bytes in all"));
  EXPECT_LT(read.bytes.size(), 1'000'000);
}

// "Mär", a line's end, and a character beyond the first plane; each in both byte orders.
std::string utf16(bool big, std::initializer_list<uint16_t> units) {
  std::string out;
  for (const uint16_t unit : units) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

TEST(Decompressor, GivesTextInUtf16AsUtf8) {
  for (const bool big : {false, true}) {
    const std::string bytes = utf16(big, {0xFEFF, 'M', 0xE4, 'r', 0x20AC, '\n', 0xD83D, 0xDE00, 'x'});
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{1000}}) {
      Budget budget(Limits{});
      Expansion account(budget, nullptr, "x");
      FromString from(bytes, piece);
      Decompressor decompressor(container_kind(bytes), from, account);
      std::string text;
      char c = 0;
      for (auto got = decompressor.read({&c, 1}); got && *got == 1; got = decompressor.read({&c, 1})) text += c;
      EXPECT_EQ(text, "Mär€\n😀x") << big << " in pieces of " << piece;
    }
    EXPECT_FALSE(decompress(bytes).error);
  }
}

TEST(Decompressor, ShowsWhereUtf16IsDamaged) {
  const Read lone = decompress(utf16(false, {0xFEFF, 'a', 0xD83D, 'b', 0xDE00, 'c'}));
  EXPECT_EQ(lone.bytes,
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c");
  EXPECT_FALSE(lone.error);
  const Read cut = decompress(utf16(true, {0xFEFF, 'a', 'b'}) + '\0');
  EXPECT_EQ(cut.bytes, "ab");
  ASSERT_TRUE(cut.error);
  EXPECT_THAT(cut.error->message, ::testing::HasSubstr("half of a character"));
}

}  // namespace
}  // namespace inquest::evidence
