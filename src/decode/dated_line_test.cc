#include "decode/dated_line.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using model::Severity;

TEST(DatedLine, ReadsTheFormsOfManyPrograms) {
  const Ns noon = *from_civil({2026, 11, 1, 12, 0, 0});
  struct {
    std::string_view line;
    Ns time;
    bool utc;
    Precision precision;
    std::string_view program;
    Severity severity;
    std::string_view message;
  } const cases[] = {
      {"2026-11-01 12:00:00 status installed", noon, false, Precision::Second, "", Severity::Unknown,
       "status installed"},
      {"2026-11-01T12:00:00Z ready", noon, true, Precision::Second, "", Severity::Unknown, "ready"},
      {"2026-11-01T13:00:00.250+01:00 ready", noon + 250 * kMilli, true, Precision::Milli, "", Severity::Unknown,
       "ready"},
      {"2026-11-01 12:00:00,250 WARNING disk", noon + 250 * kMilli, false, Precision::Milli, "", Severity::Warning,
       "WARNING disk"},
      {"2026-11-01 12:00:00.123 UTC [1234] LOG:  x", noon + 123 * kMilli, true, Precision::Milli, "", Severity::Info,
       "[1234] LOG:  x"},
      {"2026/11/01 12:00:00 [error] 12#12: x", noon, false, Precision::Second, "", Severity::Error, "[error] 12#12: x"},
      {"[2026-11-01 12:00:00] x", noon, false, Precision::Second, "", Severity::Unknown, "x"},
      {"[INFO] 2026-11-01 12:00:00 x", noon, false, Precision::Second, "", Severity::Info, "x"},
      {"ERROR 2026-11-01 12:00:00 x", noon, false, Precision::Second, "", Severity::Error, "x"},
      {"update-alternatives 2026-11-01 12:00:00: run with", noon, false, Precision::Second, "update-alternatives",
       Severity::Unknown, "run with"},
      {"2026-11-01T12:00:00Z\terror\tSnapshot failed\t{\"id\": 1}", noon, true, Precision::Second, "", Severity::Error,
       "Snapshot failed\t{\"id\": 1}"},
      {"2026-11-01T12:00:00Z E! [outputs] x", noon, true, Precision::Second, "", Severity::Error, "E! [outputs] x"},
  };
  for (const auto& expected : cases) {
    const auto line = parse_dated_line(expected.line);
    ASSERT_TRUE(line.has_value()) << expected.line;
    EXPECT_EQ(line->time, expected.time) << expected.line;
    EXPECT_EQ(line->utc, expected.utc) << expected.line;
    EXPECT_EQ(line->precision, expected.precision) << expected.line;
    EXPECT_EQ(line->program, expected.program) << expected.line;
    EXPECT_EQ(line->severity, expected.severity) << expected.line;
    EXPECT_EQ(line->message, expected.message) << expected.line;
  }
}

TEST(DatedLine, NamesAZoneThatItCannotPlace) {
  const auto line = parse_dated_line("2026-11-01 12:00:00.123 CET [1234] LOG:  x");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->zone, "CET");
  EXPECT_FALSE(line->utc);
  EXPECT_EQ(line->message, "[1234] LOG:  x");
  EXPECT_EQ(parse_dated_line("2026-11-01 12:00:00 INFO x")->zone, "");
}

TEST(DatedLine, RefusesRowsOfTablesAndWhatHasNoDate) {
  for (const std::string_view line :
       {"2026-11-01 12:00:00,12.5", "2026-11-01 12:00:00;12.5", "2026-11-01 12:00:00\t12.5",
        "2026-11-01 12:00:00\terror\t", "2026-11-01 12:00:00\tnode\tup", "2026-11-01 12:00:00 | 12.5",
        "2026-11-01 12:00:00", "2026-11-01 noon, ready", "2026-11-31 12:00:00 x", "Nov  1 12:00:00 host x",
        "the year 2026-11-01 12:00:00 x", "[2026-11-01 12:00:00 x", "", "2026"}) {
    EXPECT_FALSE(parse_dated_line(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace inquest::decode
