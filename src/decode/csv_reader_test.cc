#include "decode/csv_reader.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

// Keeps "LINE @OFFSET+LENGTH: a|b" of every row.
class Rows : public CsvReader {
 public:
  explicit Rows(Sink& to) : CsvReader(to) {}
  std::vector<std::string> seen;

 protected:
  void row(const CsvRow& row, std::string_view, const Place& place) override {
    seen.push_back(fmt::format("{} @{}+{}: {}", place.line, place.offset, place.length, fmt::join(row.fields(), "|")));
  }
  size_t width() const override { return 2; }
};

struct Read {
  std::vector<std::string> rows;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  model::Case c;
  c.evidence.emplace_back();
  Sink sink(c, 0);
  Rows rows(sink);
  rows.feed(text);
  rows.finish();
  Read out{rows.seen, {}};
  for (const model::Diagnostic& d : c.evidence[0].diagnostics) {
    out.problems.push_back(fmt::format("{}: {} x{}", d.line, d.message, d.count));
  }
  return out;
}

using Strings = std::vector<std::string>;

TEST(CsvReader, JoinsTheLinesOfAQuotedField) {
  const Read got = read("a,b\n\"c\r\nd\n\",\"e\"\nf,g");
  EXPECT_EQ(got.rows, Strings({"1 @0+3: a|b", "2 @4+11: c\nd\n|e", "5 @16+3: f|g"}));
  EXPECT_EQ(got.problems, Strings());
}

TEST(CsvReader, LosesOneLineToAQuoteThatIsNotClosed) {
  std::string text = "a,\"b\n";
  Strings expected;
  for (int i = 0; i < 600; ++i) {
    expected.push_back(fmt::format("{} @{}+8: {}|12345x", i + 2, text.size(), i % 10));
    text += fmt::format("{},12345x\n", i % 10);
  }
  const Read got = read(text);
  EXPECT_EQ(got.rows, expected);
  EXPECT_EQ(got.problems, Strings({"1: a quote is not closed x1"}));
}

TEST(CsvReader, DoesNotTakeTwoBrokenRowsForOne) {
  const Read got = read("a,\"b\nc,d\ne,f\",x\ng,h\n");
  EXPECT_EQ(got.rows, Strings({"2 @5+3: c|d", "3 @9+6: e|f\"|x", "4 @16+3: g|h"}));
  EXPECT_EQ(got.problems, Strings({"1: a quote is not closed x1"}));
}

TEST(CsvReader, ClosesWhatTheInputLeavesOpen) {
  const Read got = read("a,b\nc,\"d\ne,f\ng,\"h");
  EXPECT_EQ(got.rows, Strings({"1 @0+3: a|b", "3 @9+3: e|f"}));
  EXPECT_EQ(got.problems, Strings({"2: a quote is not closed x2"}));
}

}  // namespace
}  // namespace inquest::decode
