#include "decode/fixed_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

class Letters : public FixedReader {
 public:
  explicit Letters(Sink& sink) : FixedReader(sink, 3) {}
  std::vector<std::string> seen;

 protected:
  void record(std::string_view bytes, const Place& place) override {
    seen.push_back(std::to_string(place.offset) + std::string(bytes));
  }
};

std::vector<std::string> cut(std::string_view bytes, size_t piece, model::Case& c) {
  c.evidence.emplace_back();
  c.evidence[0].status = model::Outcome::Clean;
  Sink sink(c, 0);
  Letters reader(sink);
  for (size_t at = 0; at < bytes.size(); at += piece) reader.feed(bytes.substr(at, piece));
  reader.finish();
  return reader.seen;
}

TEST(FixedReader, CutsTheSameFromPiecesOfAnySize) {
  for (const size_t piece : {1, 2, 3, 4, 5, 100}) {
    model::Case c;
    EXPECT_EQ(cut("abcdefghi", piece, c), (std::vector<std::string>{"0abc", "3def", "6ghi"})) << piece;
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
  }
}

TEST(FixedReader, LocatesARecordThatIsCut) {
  model::Case c;
  EXPECT_EQ(cut("abcde", 2, c), (std::vector<std::string>{"0abc"}));
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].offset, 3U);
}

TEST(PaddedText, IsPrintableUpToItsPadding) {
  using namespace std::string_view_literals;
  EXPECT_EQ(padded_text("tty1\0\0\0\0"sv), "tty1");
  EXPECT_EQ(padded_text("12345678"sv), "12345678");
  EXPECT_EQ(padded_text("\0\0"sv), "");
  EXPECT_FALSE(padded_text("a\0b\0"sv).has_value());
  EXPECT_FALSE(padded_text("a\x01\0\0"sv).has_value());
}

}  // namespace
}  // namespace inquest::decode
