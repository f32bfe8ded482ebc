// What the store holds: from, buckets, and the package influxdata/influxdb/schema.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "query/bucket.h"
#include "query/function_set.h"
#include "query/predicate.h"
#include "query/row_function.h"
#include "query/table_function.h"
#include "query/time_bound.h"
#include "store/store.h"

namespace inquest::query {
namespace {

// Only reached where nothing bounds it: see plan.h.
Result<Tables> from(Call& call, Tables) {
  return refuse("cannot read all of \"{}\": `from` needs a `range` behind it",
                printable(call.has("bucketID") ? call.text("bucketID") : call.text("bucket")));
}

Result<store::Store*> store_of(const Call& call) {
  if (call.context().store() == nullptr) return fail(ErrorCode::Failed, "there is no store to read from");
  return call.context().store();
}

Result<Tables> buckets(Call& call, Tables) {
  const auto store = store_of(call);
  if (!store) return fail(store.error());
  const auto names = (*store)->buckets();
  if (!names) return fail(names.error());
  ColumnBuilder name(ColumnType::String);
  ColumnBuilder id(ColumnType::String);
  for (const std::string& bucket : *names) {
    name.text(bucket);
    id.text(bucket_id(bucket));
  }
  Table out;
  out.rows = names->size();
  out.key = GroupKey({{"organizationID", Cell::of(bucket_id(""))}});
  out.put("organizationID", Column::constant(Cell::of(bucket_id("")), out.rows));
  out.put("name", name.finish());
  out.put("id", id.finish());
  out.put("retentionPolicy", Column::constant(Cell::of(std::string()), out.rows));
  out.put("retentionPeriod", Column::constant(Cell::of(int64_t{0}), out.rows));
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

Result<Tables> values(const std::set<std::string>& of) {
  ColumnBuilder column(ColumnType::String);
  for (const std::string& value : of) column.text(value);
  Table out;
  out.rows = of.size();
  out.put("_value", column.finish());
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

// Calls `take` with a row of each series that the call's predicate lets through, for each of its fields where
// `with_fields` is set.
template <class Take>
Result<void> each_series(Call& call, bool with_fields, Take take) {
  const auto store = store_of(call);
  if (!store) return fail(store.error());
  const auto bounds = bounds_of(call);
  if (!bounds) return fail(bounds.error());
  store::Selection selection;
  auto bucket = bucket_of(call, **store);
  if (!bucket) return fail(std::move(bucket).error());
  selection.bucket = std::move(*bucket);
  selection.from = bounds->start;
  selection.to = bounds->stop;
  Narrowing narrowing;
  if (call.has("predicate")) narrowing = narrowing_of(call.function("predicate"));
  if (narrowing.impossible()) return {};
  narrow(narrowing, selection);
  Result<void> outcome;
  std::map<std::string, std::vector<std::string>> fields_of;  // by measurement
  auto read = (*store)->series(selection, [&](const store::SeriesKey& key) {
    outcome = call.context().step();
    if (!outcome) return false;
    Table row;
    row.rows = 1;
    row.put("_measurement", Column::constant(Cell::of(key.measurement), 1));
    for (const auto& [tag, value] : key.tags) row.put(tag, Column::constant(Cell::of(value), 1));
    std::vector<std::string> fields(1);
    if (with_fields) {
      const auto [it, added] = fields_of.try_emplace(key.measurement);
      if (added) {
        store::Selection one = selection;
        one.measurement = key.measurement;
        const auto found = (*store)->fields(one);
        if (!found) {
          outcome = fail(found.error());
          return false;
        }
        for (const auto& [name, type] : *found) it->second.push_back(name);
      }
      fields = it->second;
    }
    for (const std::string& field : fields) {
      if (with_fields) row.put("_field", Column::constant(Cell::of(field), 1));
      if (call.has("predicate")) {
        const auto passes = RowFunction(call, call.function("predicate")).rows_where(row);
        if (!passes) {
          outcome = fail(passes.error());
          return false;
        }
        if (passes->empty()) continue;
      }
      take(key, field);
    }
    return true;
  });
  return outcome ? std::move(read) : std::move(outcome);
}

// Whether the fields matter: asking for them costs a look at each measurement.
bool asks_for_fields(const Call& call) {
  if (!call.has("predicate")) return false;
  const Narrowing narrowing = narrowing_of(call.function("predicate"));
  return narrowing.one_of.contains("_field") ||
         std::ranges::any_of(narrowing.others, [](const auto& match) { return match.key == "_field"; });
}

Result<Tables> tag_values(Call& call, Tables) {
  const std::string tag(call.text("tag"));
  std::set<std::string> found;
  const bool fields = tag == "_field" || asks_for_fields(call);
  auto done = each_series(call, fields, [&](const store::SeriesKey& key, const std::string& field) {
    if (tag == "_measurement") {
      found.insert(key.measurement);
    } else if (tag == "_field") {
      found.insert(field);
    } else if (const auto value = key.tag(tag); !value.empty()) {
      found.emplace(value);
    }
  });
  if (!done) return fail(std::move(done).error());
  return values(found);
}

Result<Tables> tag_keys(Call& call, Tables) {
  std::set<std::string> found;
  auto done = each_series(call, asks_for_fields(call), [&](const store::SeriesKey& key, const std::string&) {
    found.insert({"_start", "_stop", "_field", "_measurement"});
    for (const auto& [tag, value] : key.tags) found.insert(tag);
  });
  if (!done) return fail(std::move(done).error());
  return values(found);
}

// How many series there are, each field of a measurement and its tags being one.
Result<Tables> cardinality(Call& call, Tables) {
  int64_t count = 0;
  auto done = each_series(call, true, [&](const store::SeriesKey&, const std::string&) { ++count; });
  if (!done) return fail(std::move(done).error());
  Table out;
  out.rows = 1;
  out.put("_value", Column::constant(Cell::of(count), 1));
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

constexpr std::string_view kSchema = "influxdata/influxdb/schema";

constexpr Builtin kBuiltins[] = {
    {"",
     "from",
     {{"bucket", kString},
      {"bucketID", kString},
      {"host", kString},
      {"org", kString},
      {"orgID", kString},
      {"token", kString}},
     nullptr,
     from},
    {"", "buckets", {{"host", kString}, {"org", kString}, {"orgID", kString}, {"token", kString}}, nullptr, buckets},
    {kSchema,
     "_tagValues",
     {{"bucket", kString, Need::Required},
      {"bucketID", kString},
      {"tag", kString, Need::Required},
      {"predicate", kFunction},
      {"start", kTime | kDuration | kInt, Need::Required},
      {"stop", kTime | kDuration | kInt}},
     nullptr,
     tag_values},
    {"influxdata/influxdb",
     "cardinality",
     {{"bucket", kString},
      {"org", kString},
      {"orgID", kString},
      {"bucketID", kString},
      {"host", kString},
      {"token", kString},
      {"start", kTime | kDuration | kInt, Need::Required},
      {"stop", kTime | kDuration | kInt},
      {"predicate", kFunction}},
     nullptr,
     cardinality},
    {kSchema,
     "_tagKeys",
     {{"bucket", kString, Need::Required},
      {"bucketID", kString},
      {"predicate", kFunction},
      {"start", kTime | kDuration | kInt, Need::Required},
      {"stop", kTime | kDuration | kInt}},
     nullptr,
     tag_keys},
};

constexpr std::string_view kSchemaText = R"(
tagValues = (bucket, tag, predicate=(r) => true, start=-30d, stop=now()) =>
    _tagValues(bucket: bucket, tag: tag, predicate: predicate, start: start, stop: stop)
tagKeys = (bucket, predicate=(r) => true, start=-30d, stop=now()) =>
    _tagKeys(bucket: bucket, predicate: predicate, start: start, stop: stop)
fieldKeys = (bucket, predicate=(r) => true, start=-30d, stop=now()) =>
    tagValues(bucket: bucket, tag: "_field", predicate: predicate, start: start, stop: stop)
measurements = (bucket, start=-30d, stop=now()) =>
    tagValues(bucket: bucket, tag: "_measurement", start: start, stop: stop)
measurementTagValues = (bucket, measurement, tag, start=-30d, stop=now()) =>
    tagValues(bucket: bucket, tag: tag, predicate: (r) => r._measurement == measurement, start: start, stop: stop)
measurementTagKeys = (bucket, measurement, start=-30d, stop=now()) =>
    tagKeys(bucket: bucket, predicate: (r) => r._measurement == measurement, start: start, stop: stop)
measurementFieldKeys = (bucket, measurement, start=-30d, stop=now()) =>
    fieldKeys(bucket: bucket, predicate: (r) => r._measurement == measurement, start: start, stop: stop)
)";

constexpr Prelude kPreludes[] = {{kSchema, kSchemaText}};

}  // namespace

extern const FunctionSet influxdb_function_set;
const FunctionSet influxdb_function_set{.builtins = kBuiltins, .preludes = kPreludes};

}  // namespace inquest::query
