#include "decode/flux_columns.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

std::vector<Role> roles(const std::vector<FluxColumn>& columns) {
  std::vector<Role> out;
  for (const Column& column : sample_columns(columns)) out.push_back(column.role);
  return out;
}

constexpr FluxType kText = FluxType::String;
constexpr FluxType kFigure = FluxType::Number;

TEST(FluxColumns, KnowsTheTypesOfBothPrintedForms) {
  for (const char* name : {"double", "long", "unsignedLong", "float", "int", "uint"})
    EXPECT_EQ(flux_type(name), FluxType::Number) << name;
  for (const char* name : {"dateTime:RFC3339", "dateTime:RFC3339Nano", "dateTime:number", "time"}) {
    EXPECT_EQ(flux_type(name), FluxType::Time) << name;
  }
  EXPECT_EQ(flux_type("duration"), FluxType::Other);
  EXPECT_EQ(flux_type(""), FluxType::Unknown);
}

TEST(FluxColumns, TakesTextForTagsBesideAValue) {
  EXPECT_EQ(roles({{"", {}},
                   {"result", kText},
                   {"table", kFigure},
                   {"_start", FluxType::Time},
                   {"_time", FluxType::Time},
                   {"_value", kFigure},
                   {"_field", kText},
                   {"_measurement", kText},
                   {"cpu", kText},
                   {"elapsed", kFigure},
                   {"host", kText}}),
            (std::vector<Role>{Role::Skip, Role::Result, Role::Skip, Role::Skip, Role::Time, Role::Number,
                               Role::FieldName, Role::Measurement, Role::Tag, Role::Skip, Role::Host}));
}

TEST(FluxColumns, TakesFiguresOfAPivotedTableForFields) {
  EXPECT_EQ(roles({{"_time", FluxType::Time},
                   {"idle", kFigure},
                   {"up", FluxType::Boolean},
                   {"cpu", kText},
                   {"new", FluxType::Unknown}}),
            (std::vector<Role>{Role::Time, Role::Number, Role::Flag, Role::Tag, Role::Guess}));
}

TEST(FluxColumns, TakesTextOutsideOfTheGroupKeyForFieldsWhereTheKeyHasTags) {
  EXPECT_EQ(roles({{"_time", FluxType::Time},
                   {"_measurement", kText, true},
                   {"host", kText, true},
                   {"uptime_format", kText},
                   {"load", kFigure}}),
            (std::vector<Role>{Role::Time, Role::Measurement, Role::Host, Role::Text, Role::Number}));
}

TEST(FluxColumns, TakesAnotherTimeWhereNoneIsNamedSo) {
  EXPECT_EQ(roles({{"_stop", FluxType::Time}, {"at", FluxType::Time}, {"_value", FluxType::Unknown}}),
            (std::vector<Role>{Role::Skip, Role::Time, Role::Loose}));
}

}  // namespace
}  // namespace inquest::decode
