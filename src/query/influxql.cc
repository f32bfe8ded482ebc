#include "query/influxql.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "query/influxql_points.h"
#include "query/influxql_result.h"
#include "query/influxql_rows.h"
#include "query/regexp.h"
#include "query/time_window.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;
constexpr size_t kMostBuckets = 1'000'000;

std::string bucket_of(std::string_view database, std::string_view policy) {
  if (policy.empty() || policy == "autogen") return std::string(database);
  return fmt::format("{}/{}", database, policy);
}

size_t aggregates_in(const InfluxqlExpression& e) {
  size_t count = e.kind == Kind::Call && is_influxql_aggregate(e.text) ? 1 : 0;
  for (const auto& operand : e.operands) count += aggregates_in(*operand);
  return count;
}

// "mean", "mean_max" for an expression of both, the field's name: what InfluxDB calls a column without AS.
void column_name(const InfluxqlExpression& e, std::string& out) {
  if (e.kind == Kind::Name || e.kind == Kind::Call) {
    if (!out.empty()) out += '_';
    out += e.text;
  }
  if (e.kind != Kind::Binary) return;
  for (const auto& operand : e.operands) column_name(*operand, out);
}

Result<InfluxqlBuckets> buckets_of(const InfluxqlStatement& statement, const InfluxqlRead& read, Ns first, Ns last,
                                   Ns now) {
  InfluxqlBuckets out;
  if (statement.every == 0) {
    out.first = read.from_given ? read.from : 0;
    size_t calls = 0;
    for (const InfluxqlField& field : statement.fields) calls += aggregates_in(*field.value);
    out.own_times = calls == 1;
    return out;
  }
  const auto window = TimeWindow::make({0, statement.every}, {0, statement.every}, {0, statement.offset},
                                       {statement.zone.empty() ? "UTC" : statement.zone, {}});
  if (!window) return fail(window.error());
  const Ns from = read.from_given ? read.from : first;
  const Ns to = read.to_given ? read.to - 1 : std::max(now, last);
  out.first = window->latest(from).start;
  out.every = statement.every;
  const Ns span = to < out.first ? 0 : to - out.first;
  out.count = static_cast<size_t>(span / statement.every) + 1;
  if (out.count > kMostBuckets) return fail(ErrorCode::Limit, "max-select-buckets limit exceeded");
  return out;
}

class Select {
 public:
  Select(const InfluxqlStatement& statement, const InfluxqlRequest& request, store::Store& store)
      : statement_(statement), request_(request), store_(store) {}

  Result<std::vector<InfluxqlSeries>> run() {
    auto read = influxql_bounds(statement_, request_.now);
    if (!read) return fail(read.error());
    const InfluxqlSource& source = statement_.sources.front();
    read->bucket = bucket_of(source.database.empty() ? request_.database : std::string_view(source.database),
                             source.policy.empty() ? request_.policy : std::string_view(source.policy));
    if (read->bucket.empty()) return fail(ErrorCode::Malformed, "database name required");
    const bool wildcard = std::ranges::any_of(
        statement_.fields, [](const InfluxqlField& field) { return field.value->kind == Kind::Wildcard; });
    aggregated_ = std::ranges::any_of(statement_.fields,
                                      [](const InfluxqlField& field) { return aggregates_in(*field.value) > 0; });
    if (statement_.every != 0 && !aggregated_) {
      return fail(ErrorCode::Malformed, "GROUP BY requires at least one aggregate function");
    }
    // Rows without an upper bound end now where they are put into intervals.
    if (aggregated_ && statement_.every != 0 && !read->to_given) read->to = request_.now;
    auto groups = read_influxql(statement_, *read, wildcard ? std::set<std::string>{} : influxql_names(statement_),
                                request_.most_rows, store_);
    if (!groups) return fail(groups.error());
    std::vector<InfluxqlSeries> out;
    for (const InfluxqlGroup& group : *groups) {
      auto series = aggregated_ || !wildcard ? figures(group, *read) : whole(group);
      if (!series) return fail(series.error());
      page(*series);
      if (!series->rows.empty()) out.push_back(std::move(*series));
    }
    if (statement_.series_start > 0) {
      out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(std::min(statement_.series_start, out.size())));
    }
    if (statement_.series_limit > 0 && out.size() > statement_.series_limit) out.resize(statement_.series_limit);
    return out;
  }

 private:
  // SELECT *: every column of every row.
  static Result<InfluxqlSeries> whole(const InfluxqlGroup& group) {
    InfluxqlSeries out{group.measurement, group.tags, {}, {}};
    for (const NamedColumn& column : group.rows.columns) out.columns.push_back(column.label);
    for (size_t row = 0; row < group.rows.rows; ++row) {
      std::vector<Cell> cells;
      for (const NamedColumn& column : group.rows.columns) cells.push_back(column.column.cell(row));
      out.rows.push_back(std::move(cells));
    }
    return out;
  }

  Result<InfluxqlSeries> figures(const InfluxqlGroup& group, const InfluxqlRead& read) const {
    const Column& times = *group.rows.find("time");
    const auto buckets = buckets_of(statement_, read, times.time(0), times.time(group.rows.rows - 1), request_.now);
    if (!buckets) return fail(buckets.error());
    const InfluxqlFill fill{statement_.fill, statement_.fill_given, statement_.fill_number};
    const InfluxqlEvaluation evaluation(group.rows, *buckets, fill);
    InfluxqlSeries out{group.measurement, group.tags, {"time"}, {}};
    std::vector<InfluxqlPoints> columns;
    for (const InfluxqlField& field : statement_.fields) {
      if (field.value->kind == Kind::Name && field.value->text == "time") continue;
      std::string name = field.alias;
      if (name.empty()) column_name(*field.value, name);
      // Of two columns with one name the second is numbered.
      const auto taken = std::ranges::count_if(out.columns, [&](const std::string& each) {
        return each == name || (each.starts_with(name + "_") && each.size() <= name.size() + 4);
      });
      out.columns.push_back(taken > 0 ? fmt::format("{}_{}", name, taken) : name);
      auto points = evaluation.of(*field.value);
      if (!points) return fail(points.error());
      columns.push_back(std::move(*points));
    }
    std::map<std::pair<Ns, size_t>, std::vector<Cell>> rows;
    for (size_t column = 0; column < columns.size(); ++column) {
      Ns last = std::numeric_limits<Ns>::min();
      size_t repeated = 0;
      for (InfluxqlPoint& point : columns[column]) {
        const Ns time = point.time;
        repeated = time == last ? repeated + 1 : 0;
        last = time;
        auto& cells = rows[{time, repeated}];
        if (cells.empty()) cells.assign(columns.size(), Cell::none(ColumnType::Float));
        cells[column] = std::move(point.value);
      }
    }
    for (auto& [time, cells] : rows) {
      const bool any = std::ranges::any_of(cells, [](const Cell& cell) { return !cell.null; });
      if (!any && (statement_.every == 0 || statement_.fill == InfluxqlStatement::Fill::None)) continue;
      cells.insert(cells.begin(), Cell::time(time.first));
      out.rows.push_back(std::move(cells));
    }
    return out;
  }

  void page(InfluxqlSeries& series) const {
    auto& rows = series.rows;
    if (statement_.newest_first) std::ranges::reverse(rows);
    if (statement_.start > 0) {
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(statement_.start, rows.size())));
    }
    if (statement_.limit > 0 && rows.size() > statement_.limit) rows.resize(statement_.limit);
  }

  const InfluxqlStatement& statement_;
  const InfluxqlRequest& request_;
  store::Store& store_;
  bool aggregated_ = false;
};

// One column of texts.
InfluxqlSeries listing(std::string name, std::string column, const std::set<std::string>& texts) {
  InfluxqlSeries out{std::move(name), {}, {std::move(column)}, {}};
  for (const std::string& text : texts) out.rows.push_back({Cell::of(text)});
  return out;
}

class Show {
 public:
  Show(const InfluxqlStatement& statement, const InfluxqlRequest& request, store::Store& store)
      : statement_(statement), store_(store) {
    bucket_ =
        bucket_of(statement.database.empty() ? request.database : std::string_view(statement.database), request.policy);
  }

  Result<std::vector<InfluxqlSeries>> run() {
    using What = InfluxqlStatement::Kind;
    if (statement_.kind == What::ShowDatabases) return databases();
    if (statement_.kind == What::CreateDatabase) return create();
    if (bucket_.empty()) return fail(ErrorCode::Malformed, "database name required");
    std::vector<InfluxqlSeries> out;
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
    for (const std::string& measurement : *measurements) {
      auto series = of(measurement, all);
      if (!series) return fail(series.error());
      page(series->rows);
      if (!series->rows.empty()) out.push_back(std::move(*series));
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
    auto listed = store_.series(selection, [&](const store::SeriesKey& key) {
      any = true;
      std::string text = key.measurement;
      for (const auto& [name, value] : key.tags) {
        keys.insert(name);
        text += fmt::format(",{}={}", name, value);
        const bool named = std::ranges::find(statement_.keys, name) != statement_.keys.end();
        if (named || (key_regexp && key_regexp->matches(name))) values.emplace(name, value);
      }
      if (statement_.kind == What::ShowSeries) all.rows.push_back({Cell::of(std::move(text))});
      return true;
    });
    if (!listed) return fail(listed.error());
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
  store::Store& store_;
  std::string bucket_;
};

}  // namespace

InfluxqlAnswer answer_influxql(const InfluxqlRequest& request, store::Store& store) {
  const auto statements = parse_influxql(request.query);
  if (!statements) return {false, influxql_error(statements.error().message, request.pretty)};
  if (statements->empty()) return {false, influxql_error("missing required parameter \"q\"", request.pretty)};
  std::vector<InfluxqlResult> results;
  for (const InfluxqlStatement& statement : *statements) {
    auto series = statement.kind == InfluxqlStatement::Kind::Select ? Select(statement, request, store).run()
                                                                    : Show(statement, request, store).run();
    if (series) {
      results.push_back({std::move(*series), {}});
    } else {
      results.push_back({{}, series.error().message});
    }
  }
  return {true, influxql_body(results, {request.epoch, request.pretty, request.chunk_rows})};
}

}  // namespace inquest::query
