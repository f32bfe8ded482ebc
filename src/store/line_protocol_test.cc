#include "store/line_protocol.h"

#include <bit>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Ns kNow = 1'700'000'000'123'456'789;

CheckedLines check(std::string text, TimeUnit unit = TimeUnit::Nano) {
  return check_lines(std::move(text), unit, kNow);
}

struct Kept {
  std::string_view text;
  std::string_view lines;  // empty: as it came
  TimeUnit unit = TimeUnit::Nano;
};

TEST(LineProtocol, KeepsGoodLinesInOneForm) {
  const std::vector<Kept> rows = {
      {"cpu,host=a value=1 5\n", ""},
      {"cpu value=1,b=2.5,c=-3i,d=t,e=\"x y,z=1\" 5\n", ""},
      {"cpu value=1 -5\n", ""},
      {"cpu value=1 5", "cpu value=1 5\n"},
      {"cpu value=1\n", "cpu value=1 1700000000123456789\n"},
      {"cpu value=1\n", "cpu value=1 1700000000000000000\n", TimeUnit::Second},
      {"cpu value=1 5\n", "cpu value=1 5000000000\n", TimeUnit::Second},
      {"cpu value=1 5\n", "cpu value=1 5000\n", TimeUnit::Micro},
      {"cpu value=1 2\n", "cpu value=1 7200000000000\n", TimeUnit::Hour},
      {"# a comment\n\n  \ncpu value=1 5\n", "cpu value=1 5\n"},
      {"  cpu   value=1   5  \n", "cpu value=1 5\n"},
      {"cpu,b=1,a=2 value=1 5\n", ""},
      {"c\\,pu,ta\\ g=v\\=x val\\,ue=1 5\n", ""},
      {"cpu text=\"two\nlines\" 5\ncpu v=1 6\n", ""},
      {"cpu text=\"a \\\"quote\\\" and \\\\\" 5\n", ""},
      {"cpu a=1e5,b=1E-5,c=.5,d=5.,e=-.5e+2 5\n", ""},
      {"cpu a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE 5\n", ""},
      {"cpu a=9223372036854775807i,b=-9223372036854775808i,c=18446744073709551615u 5\n", ""},
      {"cpu a=0.0000000000000000000000000000001 5\n", ""},
      {"cpu time=1,value=2 5\n", "cpu value=2 5\n"},
      {"cpu value=2,time=1 5\n", "cpu value=2 5\n"},
      {"cpu value=1 5\ncpu value=2\ncpu value=3 7\n",
       "cpu value=1 5\ncpu value=2 1700000000123456789\ncpu value=3 7\n"},
  };
  for (const Kept& row : rows) {
    const CheckedLines out = check(std::string(row.text), row.unit);
    EXPECT_EQ(out.lines, row.lines.empty() ? row.text : row.lines) << row.text;
    EXPECT_TRUE(out.complete()) << row.text << out.message();
    EXPECT_EQ(out.message(), "");
  }
}

TEST(LineProtocol, SaysWhatIsWrongAsInfluxDbDoes) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"cpu", "missing fields"},
      {",host=a value=1", "missing measurement"},
      {"cpu,host=a", "missing fields"},
      {"cpu, value=1", "missing tag key"},
      {"cpu,=a value=1", "missing tag key"},
      {"cpu,host value=1", "missing tag value"},
      {"cpu,host= value=1", "missing tag value"},
      {"cpu,host=a=b value=1", "invalid tag format"},
      {"cpu,host=a,host=b value=1", "duplicate tags"},
      {"cpu,b=1,a=1,b=2 value=1", "duplicate tags"},
      {"cpu value=", "missing field value"},
      {"cpu value=,b=1", "missing field value"},
      {"cpu =1", "missing field key"},
      {"cpu a=1,=2", "missing field key"},
      {"cpu a=1,b", "invalid field format"},
      {"cpu a=1,", "invalid field format"},
      {"cpu a=1,,b=2", "invalid field format"},
      {"cpu a", "invalid field format"},
      {"cpu a=1x", "invalid number"},
      {"cpu a=1.2.3", "invalid number"},
      {"cpu a=1.5i", "invalid number"},
      {"cpu a=1e5i", "invalid number"},
      {"cpu a=-", "invalid number"},
      {"cpu a=.", "invalid number"},
      {"cpu a=-7u", "invalid number"},
      {"cpu a=NaN", "invalid number"},
      {"cpu a=nan", "invalid number"},
      {"cpu a=Inf", "invalid boolean"},
      {"cpu a=tru", "invalid boolean"},
      {"cpu a=yes", "invalid boolean"},
      {"cpu a=1e", "invalid float"},
      {"cpu a=1e999", "invalid float"},
      {"cpu a=\"x", "unbalanced quotes"},
      {"\\\\ =\" a=0", "unbalanced quotes"},  // it would swallow the line behind it
      {"cpu a=1 5x", "bad timestamp"},
      {"cpu a=1 5\r", "bad timestamp"},
      {"cpu a=1 5 6", "point is invalid"},
      {"cpu a=9223372036854775808i",
       "unable to parse integer 9223372036854775808: strconv.ParseInt: parsing \"9223372036854775808\": value out of "
       "range"},
      {"cpu a=1 99999999999999999999", "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"},
      {"cpu a=1 9223372036854775807", "time outside range -9223372036854775806 - 9223372036854775806"},
  };
  for (const auto& [line, error] : rows) {
    const CheckedLines out = check(std::string(line));
    EXPECT_THAT(out.unparsed, ElementsAre(fmt::format("unable to parse '{}': {}", line, error)));
    EXPECT_EQ(out.message(), fmt::format("unable to parse '{}': {}", line, error));
    EXPECT_EQ(out.lines, "");
    EXPECT_EQ(out.bad_rows, 1U);
  }
}

TEST(LineProtocol, KeepsGoodLinesBetweenBadOnes) {
  const CheckedLines out = check("cpu v=1 1\nnonsense\ncpu v=2 2\ncpu v=\ncpu v=3,w=3 3\n");
  EXPECT_EQ(out.lines, "cpu v=1 1\ncpu v=2 2\ncpu v=3,w=3 3\n");
  EXPECT_EQ(out.rows, 3U);
  EXPECT_EQ(out.values, 4U);
  EXPECT_EQ(out.message(),
            "partial write: unable to parse 'nonsense': missing fields\n"
            "unable to parse 'cpu v=': missing field value dropped=0");
}

TEST(LineProtocol, NeverHasAFieldOrTagCalledTime) {
  EXPECT_EQ(check("cpu time=1 5\n").message(),
            "partial write: invalid field name: input field \"time\" on measurement \"cpu\" is invalid dropped=1");
  EXPECT_EQ(check("cpu,time=x v=1 5\n").message(),
            "partial write: invalid tag key: input tag \"time\" on measurement \"cpu\" is invalid dropped=1");
}

TEST(LineProtocol, LimitsWhatItSaysAboutBadLines) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "x\n";
  const CheckedLines out = check(std::move(text));
  EXPECT_EQ(out.bad_rows, 100'000U);
  EXPECT_EQ(out.unparsed.size(), 1001U);
  EXPECT_EQ(out.unparsed.back(), "and 99,000 lines like these");
  EXPECT_LT(check(std::string(10'000'000, 'x')).message().size(), 300'000U);
}

class NoFloats : public LineJudge {
 public:
  std::string refuse(std::string_view head, std::span<const FieldKind> fields) override {
    for (const FieldKind& field : fields) {
      if (field.type == FieldType::Float) return std::string(head) + " has " + std::string(field.name);
    }
    return {};
  }
};

TEST(LineProtocol, LeavesOutWhatTheJudgeRefuses) {
  NoFloats judge;
  const CheckedLines out =
      check_lines("cpu a=1i 1\ncpu a=1 2\ncpu\\ x a=1.5 3\ncpu a=\"s\" 4\n", TimeUnit::Nano, kNow, &judge);
  EXPECT_EQ(out.lines, "cpu a=1i 1\ncpu a=\"s\" 4\n");
  EXPECT_EQ(out.dropped, 2U);
  EXPECT_EQ(out.message(), "partial write: cpu\\ x has a dropped=2");
}

TEST(LineProtocol, GivesFieldsWithTheirValues) {
  std::string_view fields = "a=1.5,b=-3i,c=7u,d=t,e=false,f=\"x,\\\"y\\\"=\",g\\ h=1e-400";
  std::vector<std::string> seen;
  LineField field;
  while (next_field(fields, field)) {
    seen.push_back(fmt::format("{} {} {}", unescape_name(field.name), to_string(field.type),
                               field.type == FieldType::String  ? unescape_string(field.text)
                               : field.type == FieldType::Float ? fmt::format("{}", std::bit_cast<double>(field.bits))
                                                                : fmt::format("{}", static_cast<int64_t>(field.bits))));
  }
  EXPECT_THAT(fields, IsEmpty());
  EXPECT_THAT(seen, ElementsAre("a float 1.5", "b integer -3", "c unsigned 7", "d boolean 1", "e boolean 0",
                                "f string x,\"y\"=", "g h float 0"));
}

TEST(LineProtocol, SortsAndUnescapesTags) {
  const SeriesKey key = parse_series("c\\,p\\ u,zone=a\\=b,host=x\\y");
  EXPECT_EQ(key.measurement, "c,p u");
  EXPECT_THAT(key.tags, ElementsAre(testing::Pair("host", "x\\y"), testing::Pair("zone", "a=b")));
  EXPECT_EQ(key.tag("zone"), "a=b");
  EXPECT_EQ(format_series(key), "c\\,p\\ u,host=x\\y,zone=a\\=b");
}

TEST(LineProtocol, HeadsNameTheirSeriesWhateverIsInThem) {
  std::mt19937 random(7);
  constexpr std::string_view alphabet = "ab,= \\\"\n";
  const auto word = [&] {
    std::string out;
    for (int i = static_cast<int>(random() % 5); i >= 0; --i) out += alphabet[random() % alphabet.size()];
    return out + "x";  // a name can't end with a backslash
  };
  for (int i = 0; i < 2000; ++i) {
    SeriesKey key{.measurement = word(), .tags = {}};
    key.tags.emplace_back("1" + word(), word());
    key.tags.emplace_back("2" + word(), word());
    EXPECT_EQ(parse_series(format_series(key)), key);
  }
}

TEST(LineProtocol, WhatIsKeptIsKeptAgain) {
  std::mt19937 random(11);
  constexpr std::string_view pieces[] = {"cpu", ",", "host=", "a", " ",  "v=", "1",  "i",  "\"", "\\",         "\n",
                                         "=",   "t", "e5",    ".", "-5", "#",  "\0", "99", "u",  "cpu v=1 1\n"};
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (int n = static_cast<int>(random() % 30); n > 0; --n) text += pieces[random() % std::size(pieces)];
    const CheckedLines once = check(text, TimeUnit::Milli);
    const CheckedLines twice = check(once.lines);
    ASSERT_EQ(twice.lines, once.lines) << text;
    ASSERT_TRUE(twice.complete()) << text << "\n" << twice.message();
    ASSERT_EQ(twice.rows, once.rows) << text;
    ASSERT_EQ(twice.values, once.values) << text;
  }
}

TEST(LineProtocol, KnowsThePrecisionsOfBothVersions) {
  EXPECT_EQ(time_unit(""), TimeUnit::Nano);
  EXPECT_EQ(time_unit("n"), TimeUnit::Nano);
  EXPECT_EQ(time_unit("us"), TimeUnit::Micro);
  EXPECT_EQ(time_unit("h"), TimeUnit::Hour);
  EXPECT_EQ(time_unit("year"), std::nullopt);
}

}  // namespace
}  // namespace inquest::store
