#include "record/remote_write.h"

#include <bit>
#include <cmath>
#include <limits>

#include <snappy.h>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  return out + static_cast<char>(value);
}

std::string bytes_field(unsigned number, std::string_view bytes) {
  return varint(number << 3U | 2U) + varint(bytes.size()) + std::string(bytes);
}

std::string label(std::string_view name, std::string_view value) {
  return bytes_field(1, bytes_field(1, name) + bytes_field(2, value));
}

std::string sample(double value, int64_t ms) {
  std::string bits(8, '\0');
  for (unsigned i = 0; i < 8; ++i) bits[i] = static_cast<char>(std::bit_cast<uint64_t>(value) >> (8 * i));
  return bytes_field(2, varint(1U << 3U | 1U) + bits + varint(2U << 3U) + varint(static_cast<uint64_t>(ms)));
}

std::string packed(std::string_view message) {
  std::string out;
  snappy::Compress(message.data(), message.size(), &out);
  return out;
}

Result<RemoteWrite> decoded(std::string_view message) { return decode_remote_write(packed(message), 1U << 20U); }

TEST(RemoteWrite, MakesALineOfEverySample) {
  const std::string series = label("__name__", "node_load1") + label("job", "node") + label("instance", "db1:9100") +
                             sample(0.21, 1'700'000'000'123) + sample(17, -5);
  const auto out = decoded(bytes_field(1, series) + bytes_field(3, "metadata"));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->lines,
            "node_load1,instance=db1:9100,job=node value=0.21 1700000000123000000\n"
            "node_load1,instance=db1:9100,job=node value=17 -5000000\n");
  EXPECT_EQ(out->samples, 2U);
}

TEST(RemoteWrite, FindsLabelsBehindSamplesToo) {
  const auto out = decoded(bytes_field(1, sample(1, 1) + label("__name__", "up")));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->lines, "up value=1 1000000\n");
}

TEST(RemoteWrite, EscapesWhatLineProtocolTakesApart) {
  const auto out =
      decoded(bytes_field(1, label("__name__", "a,b c") + label("x y", "1, 2=3") + label("empty", "") + sample(1, 1)));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->lines, "a\\,b\\ c,x\\ y=1\\,\\ 2\\=3 value=1 1000000\n");
}

TEST(RemoteWrite, CountsWhatHasNoWordsInLineProtocol) {
  const double stale = std::bit_cast<double>(uint64_t{0x7ff0000000000002});
  const auto out = decoded(bytes_field(1, label("__name__", "up") + sample(stale, 1) + sample(std::nan(""), 2) +
                                              sample(std::numeric_limits<double>::infinity(), 3) +
                                              sample(1, std::numeric_limits<int64_t>::max()) + sample(1, 5)) +
                           bytes_field(1, label("job", "nameless") + sample(1, 6)));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->lines, "up value=1 5000000\n");
  EXPECT_EQ(out->left_out, 5U);
}

TEST(RemoteWrite, RefusesWhatIsNoMessage) {
  EXPECT_EQ(decode_remote_write("", 100).error().code, ErrorCode::Malformed);
  EXPECT_EQ(decode_remote_write("\xff\xff\xff\xff\xff\xff", 100).error().code, ErrorCode::Malformed);
  EXPECT_EQ(decode_remote_write("\x05zz", 100).error().code, ErrorCode::Malformed);
  EXPECT_EQ(decode_remote_write(packed(std::string(200, 'x')), 100).error().code, ErrorCode::Limit);
  EXPECT_EQ(decode_remote_write("\xff\xff\xff\x7f", UINT32_MAX).error().code, ErrorCode::Limit);  // claims 256 MiB
  for (const std::string& message :
       {std::string("\x0a"), std::string("\x0a\x05zz"), std::string("\x0b"), std::string("\x00\x01", 2),
        bytes_field(1, bytes_field(1, "\x0a\x7f")), bytes_field(1, bytes_field(2, "\x09zz")), std::string(11, '\xff')})
    EXPECT_FALSE(decoded(message));
}

TEST(RemoteWrite, TakesAnyBytesCutAnywhere) {
  const std::string message =
      bytes_field(1, label("__name__", "node_load1") + label("job", "node") + sample(0.21, 1) + sample(1, 2));
  for (size_t cut = 0; cut < message.size(); ++cut) {
    std::string damaged = message.substr(0, cut);
    (void)decoded(damaged);
    for (unsigned bit = 0; bit < 8 && cut > 0; ++bit) {
      damaged = message;
      damaged[cut] = static_cast<char>(damaged[cut] ^ (1U << bit));
      const auto out = decoded(damaged);
      EXPECT_LE(out ? out->samples : 0, message.size());
    }
  }
}

TEST(RemoteWrite, BoundsTheLabelsOfASeries) {
  std::string labels;
  for (int i = 0; i < 1000; ++i) labels += label("l" + std::to_string(i), "x");
  EXPECT_FALSE(decoded(bytes_field(1, labels + sample(1, 1))));
}

}  // namespace
}  // namespace inquest::record
