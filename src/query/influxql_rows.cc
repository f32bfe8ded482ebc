#include "query/influxql_rows.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"
#include "query/regexp.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;

ColumnType type_of(store::FieldType type) {
  switch (type) {
    case store::FieldType::Float: return ColumnType::Float;
    case store::FieldType::Integer: return ColumnType::Int;
    case store::FieldType::Unsigned: return ColumnType::UInt;
    case store::FieldType::Boolean: return ColumnType::Bool;
    case store::FieldType::String: return ColumnType::String;
  }
  return ColumnType::String;
}

// A field may have had several types: the first of float, integer, string, boolean holds, as in InfluxDB.
using Fields = std::map<std::string, ColumnType>;

class GroupBuilder {
 public:
  GroupBuilder(const Fields& fields, const std::set<std::string>& columns) : fields_(fields) {
    for (const std::string& name : columns) {
      const auto field = fields.find(name);
      columns_.emplace_back(name, ColumnBuilder(field == fields.end() ? ColumnType::String : field->second));
    }
  }

  void add(const store::Slice& slice) {
    for (const Ns time : slice.times) times_.add(time);
    for (auto& [name, builder] : columns_) {
      if (!fields_.contains(name)) {
        const std::string_view value = slice.key->tag(name);
        for (size_t row = 0; row < slice.times.size(); ++row) {
          if (value.empty()) {
            builder.null();
          } else {
            builder.text(value);
          }
        }
        continue;
      }
      const auto column = std::ranges::find(slice.columns, name, &store::Column::field);
      const bool there = column != slice.columns.end() && type_of(column->type) == builder.type();
      for (size_t row = 0; row < slice.times.size(); ++row) {
        if (!there || (!column->present.empty() && !column->present[row])) {
          builder.null();
        } else if (builder.type() == ColumnType::String) {
          builder.text(column->strings[column->bits[row]]);
        } else {
          builder.word(column->bits[row]);
        }
      }
    }
  }

  // Rows of an inner SELECT, the first column of which is the time.
  template <class TagOf>
  void add(const InfluxqlSeries& series, TagOf tag_of) {
    for (const auto& row : series.rows) times_.add(row[0].integer());
    for (auto& [name, builder] : columns_) {
      const auto found = std::ranges::find(series.columns, name);
      const auto at = static_cast<size_t>(found - series.columns.begin());
      const std::string tag = found == series.columns.end() ? tag_of(name) : std::string();
      for (const auto& row : series.rows) {
        if (at < row.size() && row[at].type == builder.type()) {
          builder.cell(row[at]);
        } else if (at < row.size() && !row[at].null && row[at].type == ColumnType::Int &&
                   builder.type() == ColumnType::Float) {
          builder.add(static_cast<double>(row[at].integer()));
        } else if (!tag.empty() && builder.type() == ColumnType::String) {
          builder.text(tag);
        } else {
          builder.null();
        }
      }
    }
  }

  Table finish() {
    Table out;
    out.rows = times_.size();
    out.columns.push_back({"time", times_.finish()});
    for (auto& [name, builder] : columns_) out.columns.push_back({name, builder.finish()});
    const Column& times = out.columns.front().column;
    std::vector<uint32_t> order(out.rows);
    std::iota(order.begin(), order.end(), 0U);
    const auto earlier = [&](uint32_t a, uint32_t b) { return times.time(a) < times.time(b); };
    if (std::ranges::is_sorted(order, earlier)) return out;
    std::ranges::stable_sort(order, earlier);
    return out.take(order);
  }

 private:
  const Fields& fields_;
  ColumnBuilder times_{ColumnType::Time};
  std::vector<std::pair<std::string, ColumnBuilder>> columns_;
};

Result<std::vector<Ref<Regexp>>> compile_all(const std::vector<std::string>& sources) {
  std::vector<Ref<Regexp>> out;
  for (const std::string& source : sources) {
    auto regexp = Regexp::compile(source);
    if (!regexp) return fail(regexp.error());
    out.push_back(std::move(*regexp));
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> influxql_measurements(const InfluxqlStatement& statement, const std::string& bucket,
                                                       store::Store& store) {
  store::Selection selection;
  selection.bucket = bucket;
  std::set<std::string> all;
  auto listed = store.series(selection, [&](const store::SeriesKey& key) {
    all.insert(key.measurement);
    return true;
  });
  if (!listed) return fail(listed.error());
  if (statement.sources.empty()) return std::vector<std::string>(all.begin(), all.end());
  std::set<std::string> out;
  for (const InfluxqlSource& source : statement.sources) {
    if (!source.is_regex) {
      if (all.contains(source.name)) out.insert(source.name);
      continue;
    }
    const auto regexp = Regexp::compile(source.name);
    if (!regexp) return fail(regexp.error());
    for (const std::string& name : all) {
      if ((*regexp)->matches(name)) out.insert(name);
    }
  }
  return std::vector<std::string>(out.begin(), out.end());
}

Result<std::string> influxql_bucket(std::string_view database, std::string_view policy, store::Store& store) {
  if (database.empty()) return fail(ErrorCode::Malformed, "database name required");
  const auto known = store.buckets();
  if (!known) return fail(known.error());
  const auto is_of = [&](const std::string& bucket) {
    return bucket == database || (bucket.starts_with(database) && bucket[database.size()] == '/');
  };
  if (std::ranges::none_of(*known, is_of)) {
    return fail(ErrorCode::Malformed, fmt::format("database not found: {}", printable(database)));
  }
  if (policy.empty() || policy == "autogen") return std::string(database);
  std::string bucket = fmt::format("{}/{}", database, policy);
  if (std::ranges::find(*known, bucket) == known->end()) {
    return fail(ErrorCode::Malformed, fmt::format("retention policy not found: {}", printable(policy)));
  }
  return bucket;
}

Result<InfluxqlSchemas> influxql_schemas(const InfluxqlStatement& statement, const InfluxqlRead& read,
                                         store::Store& store) {
  InfluxqlSchemas out;
  // Names need no look at what there is, which is a list of all series.
  if (!statement.sources.empty() && std::ranges::none_of(statement.sources, &InfluxqlSource::is_regex)) {
    for (const InfluxqlSource& source : statement.sources) out.try_emplace(source.name);
  } else {
    const auto measurements = influxql_measurements(statement, read.bucket, store);
    if (!measurements) return fail(measurements.error());
    for (const std::string& measurement : *measurements) out.try_emplace(measurement);
  }
  store::Selection selection;
  selection.bucket = read.bucket;
  selection.from = read.from;
  selection.to = read.to;
  for (auto& [measurement, schema] : out) {
    selection.measurement = measurement;
    const auto fields = store.fields(selection);
    if (!fields) return fail(fields.error());
    for (const auto& [name, type] : *fields) schema.fields.try_emplace(name, type_of(type));
    auto tags = store.tag_keys(selection);
    if (!tags) return fail(tags.error());
    schema.tags = std::move(*tags);
  }
  return out;
}

InfluxqlSchema influxql_schema(const InfluxqlSchemas& schemas) {
  InfluxqlSchema out;
  for (const auto& [measurement, schema] : schemas) {
    out.fields.insert(schema.fields.begin(), schema.fields.end());
    out.tags.insert(schema.tags.begin(), schema.tags.end());
  }
  return out;
}

InfluxqlSchema influxql_schema(const std::vector<InfluxqlSeries>& inner) {
  InfluxqlSchema out;
  for (const InfluxqlSeries& series : inner) {
    for (const auto& [tag, value] : series.tags) out.tags.insert(tag);
    for (size_t column = 1; column < series.columns.size(); ++column) {
      const auto known = std::ranges::find_if(series.rows, [&](const auto& row) { return !row[column].null; });
      if (known == series.rows.end()) continue;
      const ColumnType type = (*known)[column].type;
      const auto [field, added] = out.fields.try_emplace(series.columns[column], type);
      if (!added && type == ColumnType::Float && field->second == ColumnType::Int) field->second = type;
    }
  }
  return out;
}

namespace {

Result<std::vector<std::string>> grouped_tags(const InfluxqlStatement& statement, const std::set<std::string>& tags) {
  const auto by_regex = compile_all(statement.tag_regexes);
  if (!by_regex) return fail(by_regex.error());
  std::set<std::string> out(statement.tags.begin(), statement.tags.end());
  for (const std::string& key : tags) {
    const auto matches = [&](const Ref<Regexp>& regexp) { return regexp->matches(key); };
    if (statement.all_tags || std::ranges::any_of(*by_regex, matches)) out.insert(key);
  }
  return std::vector<std::string>(out.begin(), out.end());
}

std::set<std::string> names_of(const Fields& fields) {
  std::set<std::string> out;
  for (const auto& [name, type] : fields) out.insert(name);
  return out;
}

// "first" or "last" where that is all that is asked for, of one field: a row of each series is enough.
std::optional<std::string_view> one_row(const InfluxqlStatement& statement, const std::set<std::string>& fields) {
  if (statement.fields.size() != 1 || statement.every != 0) return std::nullopt;
  const Expression& e = *statement.fields.front().value;
  if (e.kind != Kind::Call || (e.text != "first" && e.text != "last") || e.operands.size() != 1 ||
      e.operands[0]->kind != Kind::Name || !fields.contains(e.operands[0]->text)) {
    return std::nullopt;
  }
  std::set<std::string> conditions;
  if (statement.condition) add_influxql_names(*statement.condition, conditions);
  const auto is_field = [&](const std::string& name) { return fields.contains(name); };
  if (std::ranges::any_of(conditions, is_field)) return std::nullopt;
  return e.text;
}

}  // namespace

Result<std::vector<InfluxqlGroup>> read_influxql(const InfluxqlStatement& statement, const InfluxqlSchemas& schemas,
                                                 const InfluxqlRead& read, const std::set<std::string>& wanted,
                                                 Context& context) {
  store::Store& store = *context.store();
  std::vector<InfluxqlGroup> out;
  uint64_t bytes = 0;
  // The tags of all measurements: each group has one of each.
  const auto grouped = grouped_tags(statement, influxql_schema(schemas).tags);
  if (!grouped) return fail(grouped.error());
  for (const auto& [measurement, schema] : schemas) {
    const std::set<std::string> field_names = names_of(schema.fields);
    store::Selection selection;
    selection.bucket = read.bucket;
    selection.from = read.from;
    selection.to = read.to;
    selection.measurement = measurement;
    narrow_by_tags(statement.condition.get(), field_names, selection);
    for (const std::string& name : wanted) {
      if (field_names.contains(name)) selection.fields.push_back(name);
    }
    if (selection.fields.empty()) continue;  // tags alone select nothing
    if (const auto one = one_row(statement, field_names)) {
      selection.rows_per_series = 1;
      selection.newest_first = *one == "last";
    }
    std::map<std::vector<std::string>, GroupBuilder> groups;
    Result<void> fits;
    auto selected = store.select(selection, [&](store::Slice&& slice) {
      std::vector<std::string> values;
      for (const std::string& tag : *grouped) values.emplace_back(slice.key->tag(tag));
      const uint64_t cells = slice.times.size() * (1 + wanted.size());
      bytes += cells * sizeof(uint64_t);
      fits = context.step(1 + cells);
      if (fits) fits = context.room(bytes);
      if (!fits) return false;
      groups.try_emplace(std::move(values), schema.fields, wanted).first->second.add(slice);
      return true;
    });
    if (!selected) return fail(selected.error());
    if (!fits) return fail(fits.error());
    for (auto& [values, builder] : groups) {
      InfluxqlGroup group{measurement, {}, builder.finish(), schema.tags};
      size_t at = 0;
      for (const std::string& tag : *grouped) group.tags.emplace_back(tag, values[at++]);
      if (auto ok = keep_influxql_where(statement, field_names, group.rows); !ok) return fail(ok.error());
      if (group.rows.rows > 0) out.push_back(std::move(group));
    }
  }
  return out;
}

Result<std::vector<InfluxqlGroup>> regroup_influxql(const InfluxqlStatement& statement,
                                                    const std::vector<InfluxqlSeries>& inner,
                                                    const InfluxqlSchema& schema, const std::set<std::string>& wanted) {
  const auto grouped = grouped_tags(statement, schema.tags);
  if (!grouped) return fail(grouped.error());
  std::map<std::pair<std::string, std::vector<std::string>>, GroupBuilder> groups;
  for (const InfluxqlSeries& series : inner) {
    const auto tag_of = [&](const std::string& tag) {
      const auto found = std::ranges::find(series.tags, tag, &std::pair<std::string, std::string>::first);
      return found == series.tags.end() ? std::string() : found->second;
    };
    std::vector<std::string> values;
    for (const std::string& tag : *grouped) values.push_back(tag_of(tag));
    auto& group = groups.try_emplace({series.name, std::move(values)}, schema.fields, wanted).first->second;
    group.add(series, tag_of);
  }
  const std::set<std::string> field_names = names_of(schema.fields);
  std::vector<InfluxqlGroup> out;
  for (auto& [at, builder] : groups) {
    InfluxqlGroup group{at.first, {}, builder.finish(), schema.tags};
    for (size_t i = 0; i < grouped->size(); ++i) group.tags.emplace_back((*grouped)[i], at.second[i]);
    if (auto ok = keep_influxql_where(statement, field_names, group.rows); !ok) return fail(ok.error());
    if (group.rows.rows > 0) out.push_back(std::move(group));
  }
  return out;
}

}  // namespace inquest::query
