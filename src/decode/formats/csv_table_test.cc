#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decode/csv_shape.h"
#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder csv_table_decoder;

namespace {

using Strings = std::vector<std::string>;
using testing::problems_of;

Strings series(const model::Case& c) {
  Strings out;
  for (const model::Series& s : c.series) {
    std::string text = fmt::format("{} {} [{}]:", c.str(s.host), c.str(s.field), c.str(s.tags));
    for (size_t i = 0; i < s.samples.size(); ++i) text += fmt::format(" {}@{}", s.samples[i].value, s.samples[i].line);
    out.push_back(text);
  }
  return out;
}

model::Case decode(std::string_view text) { return testing::decode_with(csv_table_decoder, text, "table.csv"); }

TEST(CsvTable, ReadsOnBehindTheLinesThatItGuessedFrom) {
  std::string text = "time,load\n";
  std::string expected = " load []:";
  for (size_t i = 0; i < 2 * kShapeLines; ++i) {
    text += fmt::format("{},{}\n", 1772337610 + i * 10, i);
    expected += fmt::format(" {}@{}", i, i + 2);
  }
  EXPECT_EQ(series(decode(text)), Strings({expected}));
  EXPECT_EQ(problems_of(decode(text)), Strings());
}

TEST(CsvTable, PassesOverCommentsAndRepeatedHeaders) {
  const model::Case c = decode("# from: a\ntime,load\n1772337610,1\n\n# from: b\ntime,load\n1772337620,2\n");
  EXPECT_EQ(series(c), Strings({" load []: 1@3 2@7"}));
  EXPECT_EQ(problems_of(c), Strings());
}

TEST(CsvTable, ReadsFieldsOverSeveralLines) {
  const model::Case c = decode("time,note,load\n1772337610,\"a\nb\",1\n1772337620,c,2\n");
  EXPECT_EQ(series(c), Strings({" load [note=a\nb]: 1@2", " load [note=c]: 2@4"}));
}

TEST(CsvTable, LocatesBrokenRows) {
  const model::Case c = decode(
      "time,host,load\n1772337610,x,1\n1772337620,x,Inf\n17723,x,1\n1772337630,x\n1772337640,x,five\n1772337650,x,2\n");
  EXPECT_EQ(series(c), Strings({"x load []: 1@2 2@7"}));
  EXPECT_EQ(problems_of(c), Strings({"3 column load is not a finite number", "4 column time is not a time",
                                     "5 row has 2 columns, 3 expected", "6 column load is not a number"}));
}

TEST(CsvTable, RefusesWhatIsNoTable) {
  const model::Case c = decode("no table\nat all\n");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Refused);
  EXPECT_EQ(problems_of(c), Strings({"0 no table with a column of times and one of figures"}));
}

TEST(CsvTable, IsSurerOfTimesThatAreNamed) {
  const auto claim = [](std::string_view text) { return csv_table_decoder.sniff({text, "x.csv", true}); };
  EXPECT_EQ(claim("time,load\n1772337610,1\n"), Claim::Likely);
  EXPECT_EQ(claim("1772337610,1\n"), Claim::Fallback);
  EXPECT_EQ(claim("a,b\n1,2\n"), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
