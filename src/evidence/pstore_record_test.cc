#include "evidence/pstore_record.h"

#include <cstring>

#include <zlib.h>

#include <gtest/gtest.h>

#include "base/text.h"
#include "evidence/decompressor.h"

namespace inquest::evidence {
namespace {

std::string record() {
  std::string text = "Panic#1 Part1\n";
  for (int i = 0; i < 300; ++i) text += "<6>[  81." + std::to_string(402'000 + i * 37) + "] usb 1-1: reset\n";
  return text;
}

// Negative window bits give bare deflate.
std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(text);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class InPieces : public Bytes {
 public:
  InPieces(std::string bytes, size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  Result<size_t> read(std::span<char> out) override {
    const size_t count = std::min({out.size(), piece_, bytes_.size() - at_});
    std::memcpy(out.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  size_t piece_;
  size_t at_ = 0;
};

struct Inflated {
  std::string bytes;
  std::string trouble;
};

Inflated inflated(const std::string& bytes, size_t piece) {
  Budget budget{Limits{}};
  Expansion account(budget, nullptr, "x");
  InPieces from(bytes, piece);
  Decompressor decompressor(ContainerKind::Deflate, from, account);
  Inflated out;
  std::string buffer(1000, '\0');
  for (;;) {
    const auto got = decompressor.read(buffer);
    if (!got) out.trouble = got.error().message;
    if (!got || *got == 0) return out;
    out.bytes.append(buffer, 0, *got);
  }
}

const std::string kVariable = std::string(kEfiAttributes);
constexpr std::string_view kNote = "\nECC: No errors detected\n";

TEST(PstoreRecord, IsInflatedBareOrWithZlibsHeaderAndWithWhatStandsAround) {
  const std::string text = record();
  const std::string note(kNote);
  const struct {
    std::string bytes;
    std::string text;
  } cases[] = {
      {deflated(text, -12), text},
      {deflated(text, 12), text},
      {deflated(text, -15) + note, text + note},
      {kVariable + deflated(text, -12), text},
      {kVariable + deflated(text, 15), text},
  };
  for (const auto& each : cases) {
    ASSERT_EQ(container_kind(each.bytes.substr(0, kKindHead)), ContainerKind::Deflate);
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{512}, size_t{100'000}}) {
      const Inflated out = inflated(each.bytes, piece);
      EXPECT_EQ(out.bytes, each.text) << piece;
      EXPECT_EQ(out.trouble, "") << piece;
    }
  }
}

TEST(PstoreRecord, ThatIsCutGivesWhatIsLeft) {
  const std::string text = record();
  const std::string bytes = deflated(text, -12);
  const Inflated out = inflated(bytes.substr(0, bytes.size() / 2), 100);
  EXPECT_TRUE(text.starts_with(out.bytes));
  EXPECT_GT(out.bytes.size(), 100U);
  EXPECT_NE(out.trouble.find("cut off"), std::string::npos) << out.trouble;
}

TEST(PstoreRecord, IsNotWhatHoldsSomethingElse) {
  EXPECT_FALSE(is_compressed_pstore_record(deflated("Panicking is no record\n" + record(), -12)));
  EXPECT_FALSE(is_compressed_pstore_record(deflated("[    0.000000] Linux version 6.1.0\n", 12)));
  EXPECT_FALSE(is_compressed_pstore_record(record()));
  EXPECT_FALSE(is_compressed_pstore_record(kVariable));
  EXPECT_FALSE(is_compressed_pstore_record(""));
}

}  // namespace
}  // namespace inquest::evidence
