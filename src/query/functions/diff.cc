// experimental.diff: two streams row by row, with what only one of them has marked.

#include <cmath>
#include <optional>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr double kEpsilon = 1e-6;
// Rows of one side times rows of the other: what the comparison keeps in memory, a word each.
constexpr uint64_t kMostPairs = 20'000'000;

// Columns of both sides side by side; those of the key are the same anyway.
struct Pair {
  std::string label;
  ColumnType type;
  const Column* want;
  const Column* got;
};

Result<std::vector<Pair>> pair_up(const GroupKey& key, const Table& want, const Table& got) {
  if (key.has("_diff")) return refuse("group key cannot contain _diff column");
  std::vector<Pair> out;
  const auto counts = [&](const NamedColumn& column) { return column.label != "_diff" && !key.has(column.label); };
  for (const NamedColumn& column : want.columns) {
    if (!counts(column)) continue;
    const Column* other = got.find(column.label);
    if (other != nullptr && other->type() != column.column.type()) {
      return refuse("column \"{}\" has different types {} != {}", column.label, to_string(column.column.type()),
                    to_string(other->type()));
    }
    out.push_back({column.label, column.column.type(), &column.column, other});
  }
  for (const NamedColumn& column : got.columns) {
    if (counts(column) && want.find(column.label) == nullptr) {
      out.push_back({column.label, column.column.type(), nullptr, &column.column});
    }
  }
  return out;
}

Cell cell_of(const Column* column, ColumnType type, size_t row) {
  return column == nullptr ? Cell::none(type) : column->cell(row);
}

bool same_row(const std::vector<Pair>& pairs, size_t want, size_t got) {
  for (const Pair& pair : pairs) {
    const Cell a = cell_of(pair.want, pair.type, want);
    const Cell b = cell_of(pair.got, pair.type, got);
    if (a.null != b.null) return false;
    if (a.null) continue;
    if (pair.type != ColumnType::Float
            ? a != b
            : !(std::isnan(a.number()) && std::isnan(b.number())) && !(std::abs(a.number() - b.number()) <= kEpsilon)) {
      return false;
    }
  }
  return true;
}

struct Line {
  std::string_view sign;  // "-" only expected, "+" only found, "" both
  size_t row;             // of `want`, or for "+" of `got`
};

// The longest rows in common, and what lies between them.
Result<std::vector<Line>> lines_of(Call& call, const std::vector<Pair>& pairs, size_t want, size_t got) {
  if ((want + 1) * (got + 1) > kMostPairs) return fail(ErrorCode::Limit, "too many rows to compare");
  if (auto ok = call.context().step((want + 1) * (got + 1) * (1 + pairs.size())); !ok) return fail(ok.error());
  const size_t width = want + 1;
  std::vector<uint32_t> longest(width * (got + 1));
  std::vector<bool> match(width * (got + 1));
  for (size_t j = 1; j <= got; ++j) {
    for (size_t i = 1; i <= want; ++i) {
      const size_t at = j * width + i;
      match[at] = same_row(pairs, i - 1, j - 1);
      longest[at] = match[at] ? longest[at - width - 1] + 1 : std::max(longest[at - 1], longest[at - width]);
    }
  }
  std::vector<Line> backwards;
  for (size_t i = want, j = got; i > 0 || j > 0;) {
    const size_t at = j * width + i;
    if (i > 0 && j > 0 && match[at]) {
      backwards.push_back({"", --i});
      --j;
    } else if (i > 0 && (j == 0 || longest[at - 1] > longest[at - width])) {
      backwards.push_back({"-", --i});
    } else {
      backwards.push_back({"+", --j});
    }
  }
  return std::vector<Line>(backwards.rbegin(), backwards.rend());
}

// Nothing where both are the same.
Result<std::optional<Table>> compared(Call& call, const GroupKey& key, const Table& want, const Table& got) {
  const auto pairs = pair_up(key, want, got);
  if (!pairs) return fail(pairs.error());
  bool equal = want.rows == got.rows;
  for (size_t row = 0; equal && row < want.rows; ++row) equal = same_row(*pairs, row, row);
  if (equal) return std::optional<Table>();
  const auto lines = lines_of(call, *pairs, want.rows, got.rows);
  if (!lines) return fail(lines.error());
  Table out = table_of_key(key, lines->size());
  ColumnBuilder signs(ColumnType::String, lines->size());
  for (const Line& line : *lines) signs.text(line.sign);
  out.columns.insert(out.columns.begin(), {"_diff", signs.finish()});
  for (const Pair& pair : *pairs) {
    ColumnBuilder values(pair.type, lines->size());
    for (const Line& line : *lines) values.cell(cell_of(line.sign == "+" ? pair.got : pair.want, pair.type, line.row));
    out.put(pair.label, values.finish());
  }
  return std::optional(std::move(out));
}

Result<Tables> diff(Call& call, Tables got) {
  auto want = call.tables("want");
  if (!want) return want;
  std::unordered_map<std::string, const Table*> places;
  for (const Table& table : *want) places.try_emplace(table.key.identity(), &table);
  Tables out;
  const auto add = [&](const GroupKey& key, const Table& expected, const Table& found) -> Result<void> {
    auto lines = compared(call, key, expected, found);
    if (!lines) return fail(std::move(lines).error());
    if (*lines) out.push_back(std::move(**lines));
    return {};
  };
  for (const Table& table : got) {
    const auto place = places.find(table.key.identity());
    const Table* expected = place == places.end() ? nullptr : place->second;
    if (expected != nullptr) places.erase(place);
    if (auto ok = add(table.key, expected != nullptr ? *expected : Table(), table); !ok) return fail(ok.error());
  }
  for (const Table& table : *want) {
    if (!places.contains(table.key.identity())) continue;
    if (auto ok = add(table.key, table, Table()); !ok) return fail(ok.error());
  }
  sort_by_key(out);
  return out;
}

constexpr Builtin kBuiltins[] = {
    {"experimental", "diff", {{"got", kStream, Need::Pipe}, {"want", kStream, Need::Required}}, nullptr, diff},
};

}  // namespace

extern const FunctionSet diff_function_set;
const FunctionSet diff_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
