#include "record/inflate.h"

#include <zlib.h>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

std::string packed(std::string_view text, int window_bits = 15 + 16) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  std::string in(text);
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

Result<std::string> inflated(std::string_view bytes, size_t piece, uint64_t most = 1U << 20U) {
  Inflate inflate(most);
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    if (auto fed = inflate.feed(bytes.substr(at, piece), out); !fed) return fail(fed.error());
  }
  if (auto finished = inflate.finish(); !finished) return fail(finished.error());
  return out;
}

TEST(Inflate, GivesTheSameInPiecesOfEverySize) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "cpu,host=a usage=" + std::to_string(i * 7919 % 1000) + "\n";
  for (const int window_bits : {15 + 16, 15}) {
    const std::string bytes = packed(text, window_bits);
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, bytes.size()}) {
      const auto out = inflated(bytes, piece);
      ASSERT_TRUE(out) << out.error().text();
      EXPECT_EQ(*out, text);
    }
  }
}

TEST(Inflate, ReadsMembersOneBehindTheOther) {
  EXPECT_EQ(inflated(packed("one ") + packed("two"), 5).value(), "one two");
}

TEST(Inflate, StopsAtItsBound) {
  const std::string bytes = packed(std::string(10'000'000, 'x'));
  ASSERT_LT(bytes.size(), 20'000U);
  EXPECT_EQ(inflated(bytes, 1000).error().code, ErrorCode::Limit);
  EXPECT_TRUE(inflated(packed(std::string(1U << 20U, 'x')), 1000));
}

TEST(Inflate, RefusesDamagedAndCutBodies) {
  const std::string bytes = packed("some text that is compressed, and some more of it");
  for (size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(inflated(bytes.substr(0, cut), 16)) << cut;
  EXPECT_EQ(inflated("plain text", 16).error().code, ErrorCode::Malformed);
  std::string damaged = bytes;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // of the checksum
  EXPECT_EQ(inflated(damaged, 16).error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace inquest::record
