#include "query/influxql.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/influxql_result.h"
#include "query/influxql_rows.h"
#include "query/influxql_select.h"
#include "query/regexp.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;
// One column of texts.
InfluxqlSeries listing(std::string name, std::string column, const std::set<std::string>& texts) {
  InfluxqlSeries out{std::move(name), {}, {std::move(column)}, {}};
  for (const std::string& text : texts) out.rows.push_back({Cell::of(text)});
  return out;
}

InfluxqlSeries cardinality(size_t count) {
  return {{}, {}, {"cardinality estimation"}, {{Cell::of(static_cast<int64_t>(count))}}};
}

// As line protocol has it: blanks, commas and (in tags) equal signs behind a backslash.
std::string escaped(std::string_view text, std::string_view marks) {
  std::string out;
  for (const char c : text) {
    if (marks.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

class Show {
 public:
  Show(const InfluxqlStatement& statement, const InfluxqlRequest& request, Context& context)
      : statement_(statement), context_(context), store_(*context.store()) {
    database_ = statement.database.empty() ? request.database : std::string_view(statement.database);
    policy_ = request.policy;
  }

  Result<std::vector<InfluxqlSeries>> run() {
    using What = InfluxqlStatement::Kind;
    if (statement_.kind == What::ShowDatabases) return databases();
    if (statement_.kind == What::CreateDatabase) return create();
    auto bucket = influxql_bucket(database_, policy_, store_);
    std::vector<InfluxqlSeries> out;
    // Of a database that is not there, measurements are none; all else is an error.
    if (!bucket && !database_.empty() && statement_.kind == What::ShowMeasurements) return out;
    if (!bucket) return fail(bucket.error());
    bucket_ = std::move(*bucket);
    if (statement_.kind == What::ShowRetentionPolicies) {
      InfluxqlSeries policies{{}, {}, {"name", "duration", "shardGroupDuration", "replicaN", "default"}, {}};
      policies.rows.push_back({Cell::of(std::string("autogen")), Cell::of(std::string("0s")),
                               Cell::of(std::string("168h0m0s")), Cell::of(int64_t{1}), Cell::of(true)});
      out.push_back(std::move(policies));
      return out;
    }
    const auto measurements = influxql_measurements(statement_, bucket_, store_);
    if (!measurements) return fail(measurements.error());
    InfluxqlSeries all{"measurements", {}, {"name"}, {}};
    if (statement_.kind == What::ShowSeries) all = {{}, {}, {"key"}, {}};
    if (statement_.kind == What::ShowMeasurementCardinality) {
      out.push_back(cardinality(measurements->size()));
      return out;
    }
    for (const std::string& measurement : *measurements) {
      auto series = of(measurement, all);
      if (!series) return fail(series.error());
      page(series->rows);
      if (!series->rows.empty()) out.push_back(std::move(*series));
    }
    if (statement_.kind == What::ShowSeriesCardinality) {
      out.push_back(cardinality(all.rows.size()));
      return out;
    }
    page(all.rows);
    if (!all.rows.empty()) out.push_back(std::move(all));
    return out;
  }

 private:
  Result<std::vector<InfluxqlSeries>> databases() {
    const auto buckets = store_.buckets();
    if (!buckets) return fail(buckets.error());
    std::set<std::string> names;
    for (const std::string& bucket : *buckets) names.insert(bucket.substr(0, bucket.find('/')));
    std::vector<InfluxqlSeries> out;
    out.push_back(listing("databases", "name", names));
    return out;
  }

  Result<std::vector<InfluxqlSeries>> create() {
    if (auto ok = store_.create_bucket(statement_.database); !ok) return fail(ok.error());
    return std::vector<InfluxqlSeries>{};
  }

  // What is listed of one measurement; names of measurements and series go to `all`.
  Result<InfluxqlSeries> of(const std::string& measurement, InfluxqlSeries& all) {
    using What = InfluxqlStatement::Kind;
    store::Selection selection;
    selection.bucket = bucket_;
    selection.measurement = measurement;
    narrow_by_tags(statement_.condition.get(), {}, selection);
    if (statement_.kind == What::ShowFieldKeys) {
      const auto fields = store_.fields(selection);
      if (!fields) return fail(fields.error());
      InfluxqlSeries out{measurement, {}, {"fieldKey", "fieldType"}, {}};
      for (const auto& [name, type] : *fields) {
        out.rows.push_back({Cell::of(name), Cell::of(std::string(store::to_string(type)))});
      }
      return out;
    }
    Ref<Regexp> key_regexp;
    if (statement_.key && statement_.key->kind == Kind::Regex) {
      auto regexp = Regexp::compile(statement_.key->text);
      if (!regexp) return fail(regexp.error());
      key_regexp = std::move(*regexp);
    }
    std::set<std::string> keys;
    std::set<std::pair<std::string, std::string>> values;
    bool any = false;
    Result<void> fits;
    auto listed = store_.series(selection, [&](const store::SeriesKey& key) {
      fits = context_.step(1 + key.tags.size());
      if (!fits) return false;
      any = true;
      std::string text = escaped(key.measurement, ", ");
      for (const auto& [name, value] : key.tags) {
        keys.insert(name);
        text += fmt::format(",{}={}", escaped(name, ",= "), escaped(value, ",= "));
        const bool named = std::ranges::find(statement_.keys, name) != statement_.keys.end() ||
                           (key_regexp && key_regexp->matches(name));
        if (named != statement_.other_keys) values.emplace(name, value);
      }
      if (statement_.kind == What::ShowSeries || statement_.kind == What::ShowSeriesCardinality)
        all.rows.push_back({Cell::of(std::move(text))});
      return true;
    });
    if (!listed) return fail(listed.error());
    if (!fits) return fail(fits.error());
    if (statement_.kind == What::ShowTagKeys) return listing(measurement, "tagKey", keys);
    if (statement_.kind == What::ShowTagValues) {
      InfluxqlSeries out{measurement, {}, {"key", "value"}, {}};
      for (const auto& [name, value] : values) out.rows.push_back({Cell::of(name), Cell::of(value)});
      return out;
    }
    if (statement_.kind == What::ShowMeasurements && any) all.rows.push_back({Cell::of(measurement)});
    return InfluxqlSeries{};
  }

  void page(std::vector<std::vector<Cell>>& rows) const {
    if (statement_.start > 0) {
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(statement_.start, rows.size())));
    }
    if (statement_.limit > 0 && rows.size() > statement_.limit) rows.resize(statement_.limit);
  }

  const InfluxqlStatement& statement_;
  Context& context_;
  store::Store& store_;
  std::string_view database_;
  std::string_view policy_;
  std::string bucket_;
};

}  // namespace

InfluxqlAnswer answer_influxql(const InfluxqlRequest& request, Context& context) {
  auto statements = parse_influxql(request.query);
  if (!statements) return {false, influxql_error(statements.error().message, request.pretty)};
  if (statements->empty()) return {false, influxql_error("missing required parameter \"q\"", request.pretty)};
  std::vector<InfluxqlResult> results;
  for (InfluxqlStatement& statement : *statements) {
    auto series = statement.kind == InfluxqlStatement::Kind::Select ? select_influxql(statement, request, context)
                                                                    : Show(statement, request, context).run();
    if (series) {
      results.push_back({std::move(*series), {}});
    } else {
      results.push_back({{}, series.error().message});
    }
  }
  return {true, influxql_body(results, {request.epoch, request.pretty, request.chunk_rows})};
}

}  // namespace inquest::query
