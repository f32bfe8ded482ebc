#include "query/influxql_select.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "query/influxql_points.h"
#include "query/influxql_rows.h"
#include "query/time_window.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;
using Fill = InfluxqlStatement::Fill;
constexpr size_t kMostBuckets = 1'000'000;

class Select {
 public:
  Select(InfluxqlStatement& statement, const InfluxqlRequest& request, Context& context)
      : statement_(statement), request_(request), context_(context), store_(*context.store()) {}

  // `outer` are the bounds of the SELECT around this one.
  Result<std::vector<InfluxqlSeries>> run(const InfluxqlRead* outer) {
    auto bounds = influxql_bounds(statement_, context_.now());
    if (!bounds) return fail(bounds.error());
    if (!statement_.fault.empty()) return fail(ErrorCode::Malformed, statement_.fault);
    if (statement_.offset_is_now && statement_.every > 0) statement_.offset = context_.now() % statement_.every;
    read_ = std::move(*bounds);
    if (outer != nullptr) narrow(*outer);
    const bool is_outer = std::ranges::any_of(statement_.sources,
                                              [](const InfluxqlSource& source) { return source.subquery != nullptr; });
    auto groups = is_outer ? of_subqueries() : of_measurements();
    if (!groups) return fail(groups.error());
    std::vector<InfluxqlSeries> out;
    for (const InfluxqlGroup& group : *groups) {
      auto series = figures(group);
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
  void narrow(const InfluxqlRead& outer) {
    read_.from = std::max(read_.from, outer.from);
    read_.to = std::min(read_.to, outer.to);
    read_.from_given = read_.from_given || outer.from_given;
    read_.to_given = read_.to_given || outer.to_given;
  }

  // Expands and checks the fields; gives the columns that have to be read.
  Result<std::set<std::string>> prepare(const InfluxqlSchema& schema) {
    if (auto ok = expand_influxql(statement_, schema); !ok) return fail(ok.error());
    const auto shape = influxql_shape(statement_);
    if (!shape) return fail(shape.error());
    shape_ = *shape;
    return influxql_names(statement_);
  }

  Result<std::vector<InfluxqlGroup>> of_measurements() {
    const InfluxqlSource& source = statement_.sources.front();
    auto bucket = influxql_bucket(source.database.empty() ? request_.database : std::string_view(source.database),
                                  source.policy.empty() ? request_.policy : std::string_view(source.policy), store_);
    if (!bucket) return fail(bucket.error());
    read_.bucket = std::move(*bucket);
    const auto schemas = influxql_schemas(statement_, read_, store_);
    if (!schemas) return fail(schemas.error());
    const auto wanted = prepare(influxql_schema(*schemas));
    if (!wanted) return fail(wanted.error());
    // Intervals without an upper bound end now.
    if (statement_.every != 0 && !read_.to_given) read_.to = context_.now();
    return read_influxql(statement_, *schemas, read_, *wanted, context_);
  }

  Result<std::vector<InfluxqlGroup>> of_subqueries() {
    std::vector<InfluxqlSeries> inner;
    for (InfluxqlSource& source : statement_.sources) {
      if (!source.subquery) source.subquery = all_of(source);
      hand_down(*source.subquery);
      auto series = Select(*source.subquery, request_, context_).run(&read_);
      if (!series) return fail(series.error());
      std::ranges::move(*series, std::back_inserter(inner));
    }
    const InfluxqlSchema schema = influxql_schema(inner);
    const auto wanted = prepare(schema);
    if (!wanted) return fail(wanted.error());
    return regroup_influxql(statement_, inner, schema, *wanted);
  }

  // A measurement beside subqueries, as one: SELECT * FROM it GROUP BY *.
  static std::shared_ptr<InfluxqlStatement> all_of(const InfluxqlSource& source) {
    auto out = std::make_shared<InfluxqlStatement>();
    out->fields.push_back({make_influxql(Kind::Wildcard), {}});
    out->sources.push_back(source);
    out->all_tags = true;
    return out;
  }

  // What an inner SELECT has of the outer one: the tags it groups by, the intervals where it has none of its own, the
  // order; and it leaves rows out where there is nothing.
  void hand_down(InfluxqlStatement& inner) const {
    const bool figures =
        std::ranges::any_of(inner.fields, [](const InfluxqlField& field) { return field.value->kind == Kind::Call; });
    for (const std::string& tag : statement_.tags) {
      if (std::ranges::find(inner.tags, tag) == inner.tags.end()) inner.tags.push_back(tag);
    }
    inner.tag_regexes.insert(inner.tag_regexes.end(), statement_.tag_regexes.begin(), statement_.tag_regexes.end());
    inner.all_tags = inner.all_tags || statement_.all_tags;
    inner.newest_first = statement_.newest_first;
    if (figures && inner.every == 0) {
      inner.every = statement_.every;
      inner.offset = statement_.offset;
    }
    if (figures && inner.fill == Fill::Null) inner.fill = Fill::None;
  }

  Result<InfluxqlBuckets> buckets_of(Ns first, Ns last) const {
    InfluxqlBuckets out;
    out.newest_first = statement_.newest_first;
    if (statement_.every == 0) {
      out.first = read_.from_given ? read_.from : 0;
      out.own_times = shape_.calls == 1;
      return out;
    }
    const auto window = TimeWindow::make({0, statement_.every}, {0, statement_.every}, {0, statement_.offset},
                                         {statement_.zone.empty() ? "UTC" : statement_.zone, {}});
    if (!window) return fail(window.error());
    const Ns from = read_.from_given ? read_.from : first;
    const Ns to = read_.to_given ? read_.to - 1 : std::max(context_.now(), last);
    out.first = window->latest(from).start;
    out.every = statement_.every;
    const auto span = static_cast<uint64_t>(to) - static_cast<uint64_t>(out.first);
    out.count = to < out.first ? 1 : static_cast<size_t>(span / static_cast<uint64_t>(statement_.every)) + 1;
    if (out.count > kMostBuckets) return fail(ErrorCode::Limit, "max-select-buckets limit exceeded");
    return out;
  }

  Result<InfluxqlSeries> figures(const InfluxqlGroup& group) {
    const Column& times = *group.rows.find("time");
    const auto buckets = buckets_of(times.time(0), times.time(group.rows.rows - 1));
    if (!buckets) return fail(buckets.error());
    const InfluxqlFill fill{statement_.fill, statement_.fill_given, statement_.fill_number};
    const InfluxqlEvaluation evaluation(group.rows, *buckets, fill, context_);
    InfluxqlSeries out{group.measurement, group.tags, {"time"}, {}, statement_.zone};
    std::map<std::pair<Ns, size_t>, std::vector<Cell>> rows;
    std::vector<const InfluxqlField*> columns;
    for (const InfluxqlField& field : statement_.fields) {
      if (field.value->kind != Kind::Name || field.value->text != "time") columns.push_back(&field);
    }
    for (size_t at = 0; at < columns.size(); ++at) {
      out.columns.push_back(columns[at]->alias);
      if (shape_.chooser != nullptr && columns[at]->value->kind == Kind::Name) continue;
      const auto points = evaluation.of(*columns[at]->value);
      if (!points) return fail(points.error());
      for (const InfluxqlPoint& point : *points) {
        auto& cells = rows[{point.time, point.place}];
        if (cells.empty()) {
          cells_ += columns.size() + 1;
          if (auto ok = context_.step(columns.size()); !ok) return fail(ok.error());
          if (auto ok = context_.room(cells_ * sizeof(Cell)); !ok) return fail(ok.error());
          cells.assign(columns.size(), Cell::none(ColumnType::Float));
        }
        cells[at] = point.value;
        if (shape_.chooser != nullptr && point.row) beside(group.rows, *point.row, columns, cells);
      }
    }
    for (auto& [time, cells] : rows) {
      cells.insert(cells.begin(), Cell::time(time.first));
      out.rows.push_back(std::move(cells));
    }
    drop_tag_rows(columns, group, out);
    if (statement_.newest_first) std::ranges::reverse(out.rows);
    return out;
  }

  // What stands in the row that a selector chose.
  static void beside(const Table& table, size_t row, const std::vector<const InfluxqlField*>& columns,
                     std::vector<Cell>& cells) {
    for (size_t at = 0; at < columns.size(); ++at) {
      if (columns[at]->value->kind != Kind::Name) continue;
      if (const Column* column = table.find(columns[at]->value->text)) cells[at] = column->cell(row);
    }
  }

  // A row that has nothing but tags is none: the condition's fields were read beside them.
  void drop_tag_rows(const std::vector<const InfluxqlField*>& columns, const InfluxqlGroup& group,
                     InfluxqlSeries& series) const {
    if (shape_.aggregated) return;
    std::vector<size_t> tags;
    for (size_t at = 0; at < columns.size(); ++at) {
      const bool plain = columns[at]->value->kind == Kind::Name;
      if (plain && group.tag_columns.contains(columns[at]->value->text)) tags.push_back(at + 1);
    }
    if (tags.empty()) return;
    std::erase_if(series.rows, [&](const std::vector<Cell>& cells) {
      for (size_t at = 1; at < cells.size(); ++at) {
        if (!cells[at].null && std::ranges::find(tags, at) == tags.end()) return false;
      }
      return true;
    });
  }

  void page(InfluxqlSeries& series) const {
    auto& rows = series.rows;
    if (statement_.start > 0) {
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(statement_.start, rows.size())));
    }
    if (statement_.limit > 0 && rows.size() > statement_.limit) rows.resize(statement_.limit);
  }

  InfluxqlStatement& statement_;
  const InfluxqlRequest& request_;
  Context& context_;
  store::Store& store_;
  InfluxqlRead read_;
  InfluxqlShape shape_;
  uint64_t cells_ = 0;  // of the series so far
};

}  // namespace

Result<std::vector<InfluxqlSeries>> select_influxql(InfluxqlStatement& statement, const InfluxqlRequest& request,
                                                    Context& context) {
  return Select(statement, request, context).run(nullptr);
}

}  // namespace inquest::query
