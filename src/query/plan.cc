#include "query/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/aggregate.h"
#include "query/bucket.h"
#include "query/builtin_function.h"
#include "query/predicate.h"
#include "query/row_function.h"
#include "query/series_tables.h"

namespace inquest::query {
namespace {

// from() |> range() |> filter() |> filter() ...
struct Reading {
  const Operation* from = nullptr;
  const Operation* range = nullptr;
  std::vector<const Operation*> filters;  // the first one first
};

std::optional<Reading> reading_of(const Operation* operation) {
  Reading out;
  for (; operation != nullptr && operation->is("filter"); operation = operation->input())
    out.filters.push_back(operation);
  std::ranges::reverse(out.filters);
  if (operation == nullptr || !operation->is("range")) return std::nullopt;
  // Other names of the columns: rare enough to be computed.
  for (const auto* name : {"timeColumn", "startColumn", "stopColumn"}) {
    if (operation->call().has(name)) return std::nullopt;
  }
  out.range = operation;
  out.from = operation->input();
  if (out.from == nullptr || !out.from->is("from")) return std::nullopt;
  return out;
}

// How many rows of a series and field are enough, and at which end, or those around its longest gap.
struct Enough {
  uint64_t rows = 0;
  bool newest_first = false;
  Ns gap_unit = 0;

  bool all() const { return rows == 0 && gap_unit == 0; }
};

// elapsed() |> max(column: "elapsed")
bool longest_gap(const Operation& operation) {
  const Operation* const gaps = operation.is("max") ? operation.input() : nullptr;
  return gaps != nullptr && gaps->is("elapsed") && operation.call().text("column", "_value") == "elapsed" &&
         !gaps->call().has("timeColumn") && !gaps->call().has("columnName");
}

Enough enough_for(const Operation& operation) {
  if (longest_gap(operation)) {
    const double unit = nominal_ns(operation.input()->call().duration("unit", {0, kSecond}));
    return {.gap_unit = unit >= 1 && unit < 1e18 ? static_cast<Ns>(unit) : 0};
  }
  if (operation.is("first")) return {1, false};
  if (operation.is("last")) return {1, true};
  if (!operation.is("limit") && !operation.is("tail")) return {};
  const auto rows = operation.call().integer("n");
  const auto offset = operation.call().integer("offset");
  constexpr int64_t kMost = 1'000'000;
  if (rows <= 0 || rows > kMost || offset < 0 || offset > kMost) return {};
  return {static_cast<uint64_t>(rows + offset), operation.is("tail")};
}

Result<Tables> filtered(const Reading& reading, Tables tables) {
  for (const Operation* filter : reading.filters) {
    Call call = filter->call();
    auto rest = filter->builtin().transform(call, std::move(tables));
    if (!rest) return fail(placed(std::move(rest).error(), call.at(), "filter"));
    tables = std::move(*rest);
  }
  return tables;
}

// Oldest first, as everything behind expects it.
void turn(Tables& tables) {
  for (Table& table : tables) {
    std::vector<uint32_t> rows(table.rows);
    for (size_t row = 0; row < table.rows; ++row) rows[row] = static_cast<uint32_t>(table.rows - 1 - row);
    table = table.take(rows);
  }
}

// Which fields have to be read, one of which a row must have; nothing where all of them do. The store is asked for
// their names only where the filters do not list them.
Result<std::optional<std::vector<std::string>>> fields_of(const Narrowing& narrowing, bool each,
                                                          const store::Selection& selection, store::Store& store) {
  const bool conditions =
      std::ranges::any_of(narrowing.others, [](const auto& match) { return match.key == "_field"; });
  const auto listed = narrowing.one_of.find("_field");
  std::vector<std::string> out;
  if (listed != narrowing.one_of.end() && !conditions) {
    out.assign(listed->second.begin(), listed->second.end());
    return std::optional(std::move(out));
  }
  if (listed == narrowing.one_of.end() && !conditions && !each) return std::optional<std::vector<std::string>>();
  const auto found = store.fields(selection);
  if (!found) return fail(found.error());
  for (const auto& [name, type] : *found) {
    if (may_be_field(narrowing, name)) out.push_back(name);
  }
  return std::optional(std::move(out));
}

Result<Tables> read(const Reading& reading, const Enough& enough, Context& context) {
  store::Store* store = context.store();
  if (store == nullptr) return fail(ErrorCode::Failed, "there is no store to read from");
  const auto bounds = bounds_of(reading.range->call());
  if (!bounds) return fail(placed(bounds.error(), reading.range->call().at(), "range"));

  store::Selection selection;
  auto bucket = bucket_of(reading.from->call(), *store);
  if (!bucket) return fail(placed(std::move(bucket).error(), reading.from->call().at()));
  selection.bucket = std::move(*bucket);
  selection.from = bounds->start;
  selection.to = bounds->stop;

  Narrowing narrowing;
  for (const Operation* filter : reading.filters) {
    narrowing = both(std::move(narrowing), narrowing_of(filter->call().function("fn")));
  }
  if (narrowing.impossible()) return Tables{};
  narrow(narrowing, selection);

  const bool limited = !enough.all() && narrowing.series_only;
  auto fields = fields_of(narrowing, limited, selection, *store);
  if (!fields) return fail(std::move(fields).error());
  if (*fields && (*fields)->empty()) return Tables{};
  if (*fields) selection.fields = std::move(**fields);
  SeriesTables tables(context, *bounds);
  if (!limited) {
    if (auto done = tables.read(selection); !done) return fail(std::move(done).error());
    return filtered(reading, tables.finish());
  }
  // Field by field: the last row of a series need not have a value of each.
  selection.rows_per_series = enough.rows;
  selection.newest_first = enough.newest_first;
  selection.gap_unit = enough.gap_unit;
  for (const std::string& field : std::exchange(selection.fields, {})) {
    selection.fields = {field};
    if (auto done = tables.read(selection); !done) return fail(std::move(done).error());
  }
  Tables out = tables.finish();
  if (enough.newest_first) turn(out);
  sort_by_key(out);
  return filtered(reading, std::move(out));
}

}  // namespace

std::optional<Result<Tables>> answer_from_store(const Operation& operation, Context& context) {
  if (operation.is("range") || operation.is("filter")) {
    const auto reading = reading_of(&operation);
    if (!reading) return std::nullopt;
    return read(*reading, {}, context);
  }
  const Enough enough = enough_for(operation);
  if (enough.all()) return std::nullopt;
  const Operation* const gaps = enough.gap_unit > 0 ? operation.input() : nullptr;
  const auto reading = reading_of(gaps == nullptr ? operation.input() : gaps->input());
  if (!reading) return std::nullopt;
  auto tables = read(*reading, enough, context);
  if (tables && gaps != nullptr) {
    Call call = gaps->call();
    tables = gaps->builtin().transform(call, std::move(*tables));
    if (!tables) return fail(placed(std::move(tables).error(), call.at(), "elapsed"));
  }
  if (!tables) return tables;
  Call call = operation.call();
  return operation.builtin().transform(call, std::move(*tables));
}

}  // namespace inquest::query
