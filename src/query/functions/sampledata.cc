// The package sampledata: two small tables, "t1" and "t2", with six rows each, that examples are told on.

#include <array>
#include <cmath>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr size_t kRowsPerTable = 6;
constexpr size_t kRows = 2 * kRowsPerTable;
constexpr Ns kStart = 1'609'459'200 * kSecond;  // 2021-01-01T00:00:00Z
constexpr Ns kStep = 10 * kSecond;

constexpr std::array<double, kRows> kNumbers = {-2.18, 10.92, 7.35,  17.53, 15.23, 4.43,
                                                19.85, 4.97,  -3.75, 19.77, 13.86, 1.86};
constexpr std::array<std::string_view, kRows> kTexts = {"smpl_g9qczs", "smpl_0mgv9n", "smpl_phw664", "smpl_guvzy4",
                                                        "smpl_5v3cce", "smpl_s9fmgy", "smpl_b5eida", "smpl_eu4oxp",
                                                        "smpl_5g7tz4", "smpl_sox1ut", "smpl_wfm757", "smpl_dtn2bv"};
constexpr std::array<bool, kRows> kTruths = {true,  true, false, true, false, false,
                                             false, true, false, true, true,  false};
// Which rows are null where nulls are asked for.
constexpr std::array<bool, kRows> kUnknown = {false, true,  false, true,  true, false,
                                              true,  false, false, false, true, false};

// Both tables, with what `add` puts into the builder for each row.
template <class Add>
Result<Tables> tables_of(const Call& call, ColumnType type, Add add) {
  const bool with_nulls = call.boolean("includeNull");
  Tables out;
  for (size_t at = 0; at < 2; ++at) {
    ColumnBuilder times(ColumnType::Time);
    ColumnBuilder values(type);
    for (size_t row = 0; row < kRowsPerTable; ++row) {
      times.add(kStart + static_cast<Ns>(row) * kStep);
      const size_t place = at * kRowsPerTable + row;
      if (with_nulls && kUnknown[place]) {
        values.null();
      } else {
        add(values, place);
      }
    }
    const std::string tag = at == 0 ? "t1" : "t2";
    Table table;
    table.key = GroupKey({{"tag", Cell::of(tag)}});
    table.rows = kRowsPerTable;
    table.put("_time", times.finish());
    table.put("tag", Column::constant(Cell::of(tag), kRowsPerTable));
    table.put("_value", values.finish());
    out.push_back(std::move(table));
  }
  return out;
}

Result<Tables> floats(Call& call, Tables) {
  return tables_of(call, ColumnType::Float, [](ColumnBuilder& out, size_t at) { out.add(kNumbers[at]); });
}
Result<Tables> integers(Call& call, Tables) {
  return tables_of(call, ColumnType::Int,
                   [](ColumnBuilder& out, size_t at) { out.add(static_cast<int64_t>(kNumbers[at])); });
}
Result<Tables> naturals(Call& call, Tables) {
  // As toUInt() makes them of the numbers: what is negative wraps around.
  return tables_of(call, ColumnType::UInt, [](ColumnBuilder& out, size_t at) {
    out.word(static_cast<uint64_t>(static_cast<int64_t>(kNumbers[at])));
  });
}
Result<Tables> texts(Call& call, Tables) {
  return tables_of(call, ColumnType::String, [](ColumnBuilder& out, size_t at) { out.text(kTexts[at]); });
}
Result<Tables> truths(Call& call, Tables) {
  return tables_of(call, ColumnType::Bool, [](ColumnBuilder& out, size_t at) { out.add(kTruths[at]); });
}
Result<Tables> truth_numbers(Call& call, Tables) {
  return tables_of(call, ColumnType::Int, [](ColumnBuilder& out, size_t at) { out.add(int64_t{kTruths[at] ? 1 : 0}); });
}

constexpr Parameter kNulls{"includeNull", kBool};

constexpr Builtin kBuiltins[] = {
    {"sampledata", "float", {kNulls}, nullptr, floats},
    {"sampledata", "int", {kNulls}, nullptr, integers},
    {"sampledata", "uint", {kNulls}, nullptr, naturals},
    {"sampledata", "string", {kNulls}, nullptr, texts},
    {"sampledata", "bool", {kNulls}, nullptr, truths},
    {"sampledata", "numericBool", {kNulls}, nullptr, truth_numbers},
};

constexpr Prelude kPreludes[] = {{"sampledata", R"(
start = 2021-01-01T00:00:00Z
stop = 2021-01-01T00:01:00Z
)"}};

}  // namespace

extern const FunctionSet sampledata_function_set;
const FunctionSet sampledata_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
