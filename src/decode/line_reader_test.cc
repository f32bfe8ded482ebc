#include "decode/line_reader.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Line {
  std::string text;
  uint64_t offset = 0;
  uint32_t number = 0;

  friend bool operator==(const Line&, const Line&) = default;
  friend void PrintTo(const Line& line, std::ostream* out) {
    *out << line.number << " @" << line.offset << ' ' << ::testing::PrintToString(line.text.substr(0, 100));
  }
};

class Recorder : public LineReader {
 public:
  using LineReader::LineReader;
  std::vector<Line> seen;

 private:
  void line(std::string_view text, const Place& place) override {
    EXPECT_EQ(place.length, text.size());
    seen.push_back({std::string(text), place.offset, place.line});
  }
};

struct Read {
  std::vector<Line> lines;
  std::vector<model::Diagnostic> diagnostics;
  uint64_t counted = 0;
};

Read read(std::string_view bytes, size_t piece = std::string_view::npos) {
  model::Case c;
  c.evidence.emplace_back().status = model::Outcome::Clean;
  Sink sink(c, 0);
  Recorder reader(sink);
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string next(rest.substr(0, piece));
    reader.feed(next);
    rest.remove_prefix(next.size());
  }
  reader.finish();
  return {std::move(reader.seen), std::move(c.evidence[0].diagnostics), c.evidence[0].lines};
}

TEST(LineReader, CutsAtNewlinesAndNeedsNoLastOne) {
  EXPECT_THAT(read("a\n\nbc").lines, ElementsAre(Line{"a", 0, 1}, Line{"", 2, 2}, Line{"bc", 3, 3}));
  EXPECT_THAT(read("a\n").lines, ElementsAre(Line{"a", 0, 1}));
  EXPECT_THAT(read("").lines, IsEmpty());
  EXPECT_EQ(read("a\n\nbc").counted, 3U);
  EXPECT_EQ(read("a\n").counted, 1U);
}

TEST(LineReader, DropsCarriageReturnsAtLineEndsOnly) {
  EXPECT_THAT(read("a\r\nb\r\r\nc\rd\r").lines, ElementsAre(Line{"a", 0, 1}, Line{"b", 3, 2}, Line{"c\rd", 7, 3}));
}

TEST(LineReader, DropsAByteOrderMarkOfTheFirstLineOnly) {
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "a\n\xEF\xBB\xBF"
                   "b\n")
                  .lines,
              ElementsAre(Line{"a", 3, 1}, Line{"\xEF\xBB\xBF"
                                                "b",
                                                5, 2}));
}

TEST(LineReader, DropsNulsAtALinesEndsAndCountsTheLines) {
  const Read got = read(
      "\0\0a\n"
      "b\0\n"
      "\0c\0\r\n"
      "d\n"
      "\0\0\n"
      "e"sv);
  EXPECT_THAT(got.lines, ElementsAre(Line{"a", 2, 1}, Line{"b", 4, 2}, Line{"c", 8, 3}, Line{"d", 12, 4},
                                     Line{"", 16, 5}, Line{"e", 17, 6}));
  ASSERT_EQ(got.diagnostics.size(), 1U);
  EXPECT_EQ(got.diagnostics[0].count, 4U);
  EXPECT_EQ(got.diagnostics[0].line, 1U);
  EXPECT_EQ(got.diagnostics[0].offset, 0U);
}

TEST(LineReader, KeepsAFewNulsInsideALine) {
  const Read got = read("a\0\0b\n"sv);
  EXPECT_THAT(got.lines, ElementsAre(Line{std::string("a\0\0b", 4), 0, 1}));
  EXPECT_THAT(got.diagnostics, IsEmpty());
}

// A power cut in the middle of a line: blocks that were never written, and then what the next boot appended.
TEST(LineReader, PartsALineAtBlocksThatWereNeverWritten) {
  const std::string bytes = "x\nFeb  9 15:54:50 a: cut o" + std::string(8192, '\0') + "Feb  9 18:54:10 a: next\ny\n";
  const Read got = read(bytes);
  EXPECT_THAT(got.lines, ElementsAre(Line{"x", 0, 1}, Line{"Feb  9 15:54:50 a: cut o", 2, 2},
                                     Line{"Feb  9 18:54:10 a: next", 8218, 2}, Line{"y", 8242, 3}));
  ASSERT_EQ(got.diagnostics.size(), 1U);
  EXPECT_EQ(got.diagnostics[0].line, 2U);
  EXPECT_EQ(got.diagnostics[0].offset, 26U);
}

TEST(LineReader, LosesNothingBehindAnyNumberOfNuls) {
  const std::string gap(5 * LineReader::kMaxLine, '\0');
  EXPECT_THAT(read(gap + "a\nb").lines, ElementsAre(Line{"a", gap.size(), 1}, Line{"b", gap.size() + 2, 2}));
  EXPECT_THAT(read("a" + gap + "b").lines, ElementsAre(Line{"a", 0, 1}, Line{"b", gap.size() + 1, 1}));
  EXPECT_THAT(read("a\n" + gap).lines, ElementsAre(Line{"a", 0, 1}, Line{"", gap.size() + 2, 2}));
}

TEST(LineReader, CutsALineThatIsTooLongAndSaysSo) {
  const std::string bytes = "a\n" + std::string(10 << 20, 'x') + "\nb\n";
  const Read got = read(bytes);
  ASSERT_EQ(got.lines.size(), 3U);
  EXPECT_TRUE(got.lines[1].text == std::string(LineReader::kMaxLine, 'x'));
  EXPECT_EQ(got.lines[2], (Line{"b", (10 << 20) + 3, 3}));
  ASSERT_EQ(got.diagnostics.size(), 1U);
  EXPECT_EQ(got.diagnostics[0].line, 2U);
  EXPECT_EQ(got.diagnostics[0].count, 1U);

  const std::string longest(LineReader::kMaxLine, 'x');
  EXPECT_THAT(read(longest + "\n").diagnostics, IsEmpty()) << "just as long as may be";
  EXPECT_EQ(read(longest + "y\n").diagnostics.size(), 1U);
}

TEST(LineReader, PiecesOfAnySizeGiveTheSame) {
  const std::string near_limit(LineReader::kMaxLine - 5, 'x');
  const std::string few(LineReader::kGap - 1, '\0');
  const std::string many(LineReader::kGap, '\0');
  for (const std::string& bytes : {std::string("\xEF\xBB\xBF"
                                               "a\r\nb\0\0c\n\n\0\0d\0\r\n",
                                               19),
                                   "a" + few + "b\nc" + many + "d\n" + many + "\n" + few,
                                   "a\r" + many + "\r\n" + many + "b" + few, near_limit + few + "end\nnext"}) {
    const Read whole = read(bytes);
    // The long one only in pieces that end near its interesting places.
    const std::vector<size_t> pieces =
        bytes.size() < 1000
            ? std::vector<size_t>{1, 2, 3, 5, 7, 15, 16, 17, 64}
            : std::vector<size_t>{LineReader::kMaxLine - 6, LineReader::kMaxLine, LineReader::kMaxLine + 5, 999};
    for (const size_t piece : pieces) {
      const Read cut = read(bytes, piece);
      EXPECT_TRUE(cut.lines == whole.lines) << ::testing::PrintToString(cut.lines) << " in pieces of " << piece;
      ASSERT_EQ(cut.diagnostics.size(), whole.diagnostics.size()) << piece;
      for (size_t i = 0; i < whole.diagnostics.size(); ++i) {
        EXPECT_EQ(cut.diagnostics[i].message, whole.diagnostics[i].message);
        EXPECT_EQ(cut.diagnostics[i].offset, whole.diagnostics[i].offset);
        EXPECT_EQ(cut.diagnostics[i].count, whole.diagnostics[i].count);
      }
    }
  }
}

class WholeRecorder : public WholeReader {
 public:
  using WholeReader::WholeReader;
  std::string seen;
  std::vector<Place> words;  // places of each "w"
  std::vector<Place> lines;  // places of lines 0 to 4

 private:
  void whole(std::string_view bytes) override {
    seen = bytes;
    for (size_t at = bytes.find('w'); at != std::string_view::npos; at = bytes.find('w', at + 1)) {
      words.push_back(place_of(bytes.substr(at, 1)));
    }
    for (const size_t line : {0, 1, 2, 3, 4}) lines.push_back(place_of_line(line));
  }
};

TEST(WholeReader, HandsOverTheWholeWithItsPlaces) {
  model::Case c;
  c.evidence.emplace_back().status = model::Outcome::Clean;
  Sink sink(c, 0);
  WholeRecorder reader(sink);
  reader.feed("\xEF\xBB");
  reader.feed(
      "\xBF"
      "a w\n\n");
  reader.feed("  w w");
  reader.finish();
  EXPECT_EQ(reader.seen, "a w\n\n  w w");
  ASSERT_EQ(reader.words.size(), 3U);
  EXPECT_EQ(reader.words[0].offset, 5U);
  EXPECT_EQ(reader.words[0].line, 1U);
  EXPECT_EQ(reader.words[2].offset, 12U);
  EXPECT_EQ(reader.words[2].line, 3U);
  ASSERT_EQ(reader.lines.size(), 5U);
  EXPECT_EQ(reader.lines[0].line, 0U);
  EXPECT_EQ(reader.lines[2].length, 0U);
  EXPECT_EQ(reader.lines[3].offset, 10U);
  EXPECT_EQ(reader.lines[3].length, 3U);
  EXPECT_EQ(reader.lines[4].line, 0U) << "past the end";
  EXPECT_EQ(c.evidence[0].lines, 3U);
}

TEST(WholeReader, RefusesAnInputOfAnotherSize) {
  model::Case c;
  c.evidence.emplace_back().status = model::Outcome::Clean;
  Sink sink(c, 0);
  WholeRecorder reader(sink);
  const std::string piece(WholeReader::kMaxWhole / 2, 'w');
  for (int i = 0; i < 5; ++i) reader.feed(piece);
  reader.finish();
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Refused);
  EXPECT_EQ(reader.seen, "");
}

}  // namespace
}  // namespace inquest::decode
