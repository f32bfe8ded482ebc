#include "query/influxql_show.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "query/influxql_rows.h"
#include "query/regexp.h"
#include "store/bucket_name.h"
#include "store/store.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;
using What = InfluxqlStatement::Kind;
using Names = std::set<std::string>;

// One column of texts.
InfluxqlSeries listing(std::string name, std::string column, const Names& texts) {
  InfluxqlSeries out{std::move(name), {}, {std::move(column)}, {}};
  for (const std::string& text : texts) out.rows.push_back({Cell::of(text)});
  return out;
}

InfluxqlSeries count_of(std::string name, size_t count, std::string column = "count") {
  return {std::move(name), {}, {std::move(column)}, {{Cell::of(static_cast<int64_t>(count))}}};
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

// What one measurement has of what is asked for.
struct Held {
  std::vector<std::string> series;
  Names tags;
  std::set<std::pair<std::string, std::string>> values;  // of the tags that are asked for
};

class Show {
 public:
  Show(const InfluxqlStatement& statement, const InfluxqlRequest& request, Context& context)
      : statement_(statement), context_(context), store_(*context.store()) {
    database_ = statement.database.empty() ? request.database : std::string_view(statement.database);
    policy_ = request.policy;
  }

  Result<std::vector<InfluxqlSeries>> run() {
    switch (statement_.kind) {
      case What::ShowDatabases: return databases();
      case What::CreateDatabase:
      case What::CreateRetentionPolicy: return create();
      case What::ShowRetentionPolicies: return policies();
      case What::ShowContinuousQueries: return continuous_queries();
      case What::ShowUsers: return std::vector<InfluxqlSeries>{{{}, {}, {"user", "admin"}, {}}};
      case What::ShowSubscriptions: return std::vector<InfluxqlSeries>{};
      default: break;
    }
    auto bucket = influxql_bucket(database_, policy_, store_);
    std::vector<InfluxqlSeries> out;
    // Of a database that is not there, measurements are none; all else is an error.
    if (!bucket && !database_.empty() && statement_.kind == What::ShowMeasurements) return out;
    if (!bucket) return fail(bucket.error());
    bucket_ = std::move(*bucket);
    const auto measurements = this->measurements();
    if (!measurements) return fail(measurements.error());
    switch (statement_.kind) {
      case What::ShowMeasurements: out.push_back(listing("measurements", "name", *measurements)); break;
      case What::ShowMeasurementCardinality:
        return std::vector<InfluxqlSeries>{count_of({}, measurements->size(), count_column())};
      case What::ShowSeries:
      case What::ShowSeriesCardinality: return series(*measurements);
      default:
        for (const std::string& measurement : *measurements) {
          auto list = of(measurement);
          if (!list) return fail(list.error());
          out.push_back(std::move(*list));
        }
    }
    for (InfluxqlSeries& list : out) page(list.rows);
    std::erase_if(out, [](const InfluxqlSeries& list) { return list.rows.empty(); });
    return out;
  }

 private:
  Result<std::vector<InfluxqlSeries>> databases() {
    const auto names = database_names();
    if (!names) return fail(names.error());
    return std::vector<InfluxqlSeries>{listing("databases", "name", *names)};
  }

  // None exist.
  Result<std::vector<InfluxqlSeries>> continuous_queries() {
    const auto names = database_names();
    if (!names) return fail(names.error());
    std::vector<InfluxqlSeries> out;
    for (const std::string& name : *names) out.push_back({name, {}, {"name", "query"}, {}});
    return out;
  }

  Result<Names> database_names() {
    const auto buckets = store_.buckets();
    if (!buckets) return fail(buckets.error());
    Names out;
    for (const std::string& bucket : *buckets) out.insert(bucket.substr(0, bucket.find('/')));
    return out;
  }

  Result<std::vector<InfluxqlSeries>> create() {
    const auto bucket = store::bucket_of_database(statement_.database, statement_.policy);
    if (!bucket) return fail(bucket.error());
    if (auto ok = store_.create_bucket(*bucket); !ok) return fail(ok.error());
    return std::vector<InfluxqlSeries>{};
  }

  Result<std::vector<InfluxqlSeries>> policies() {
    const auto buckets = store_.buckets();
    if (!buckets) return fail(buckets.error());
    if (auto known = influxql_bucket(database_, {}, store_); !known) return fail(known.error());
    InfluxqlSeries out{{}, {}, {"name", "duration", "shardGroupDuration", "replicaN", "default"}, {}};
    const auto add = [&](std::string name, bool usual) {
      out.rows.push_back({Cell::of(std::move(name)), Cell::of(std::string("0s")), Cell::of(std::string("168h0m0s")),
                          Cell::of(int64_t{1}), Cell::of(usual)});
    };
    add("autogen", true);
    for (const std::string& bucket : *buckets) {
      const size_t slash = bucket.find('/');
      if (slash != std::string::npos && bucket.substr(0, slash) == database_) add(bucket.substr(slash + 1), false);
    }
    return std::vector<InfluxqlSeries>{std::move(out)};
  }

  // Those that the sources name and, where whole measurements are asked for, the condition holds of.
  Result<Names> measurements() {
    const auto named = influxql_measurements(statement_, bucket_, store_);
    if (!named) return fail(named.error());
    Names out(named->begin(), named->end());
    const bool whole = statement_.kind == What::ShowMeasurements || statement_.kind == What::ShowMeasurementCardinality;
    if (!whole || !statement_.condition) return out;
    return matching(*statement_.condition, out);
  }

  // A comparison holds of a measurement where some series has such a tag; "!=" and "!~" where none has.
  Result<Names> matching(const InfluxqlExpression& e, const Names& of) {
    if (e.kind == Kind::Binary && (e.text == "and" || e.text == "or")) {
      auto left = matching(*e.operands[0], of);
      if (!left) return left;
      auto right = matching(*e.operands[1], e.text == "and" ? *left : of);
      if (!right || e.text == "and") return right;
      left->merge(*right);
      return left;
    }
    store::Selection selection;
    narrow_by_tags(&e, {}, selection);
    if (selection.tags.size() != 1) return of;
    using Match = store::TagMatch::Kind;
    store::TagMatch& match = selection.tags.front();
    const bool none = match.kind == Match::NotEqual || match.kind == Match::NotRegex;
    if (none) match.kind = match.kind == Match::NotEqual ? Match::Equal : Match::Regex;
    selection.bucket = bucket_;
    Names out;
    for (const std::string& measurement : of) {
      if (auto ok = context_.step(); !ok) return fail(ok.error());
      selection.measurement = measurement;
      bool any = false;
      auto listed = store_.series(selection, [&](const store::SeriesKey&) {
        any = true;
        return false;
      });
      if (!listed) return fail(listed.error());
      if (any != none) out.insert(measurement);
    }
    return out;
  }

  // Counted where it says so, or asks for some of all.
  std::string count_column() const {
    const bool counted = statement_.exact || statement_.condition || !statement_.sources.empty() ||
                         statement_.limit > 0 || statement_.start > 0;
    return counted ? "count" : "cardinality estimation";
  }

  Result<std::vector<InfluxqlSeries>> series(const Names& measurements) {
    std::vector<InfluxqlSeries> out;
    InfluxqlSeries all{{}, {}, {"key"}, {}};
    size_t count = 0;
    for (const std::string& measurement : measurements) {
      const auto held = held_by(measurement);
      if (!held) return fail(held.error());
      if (held->series.empty()) continue;
      count += held->series.size();
      if (statement_.kind == What::ShowSeries) {
        for (const std::string& key : held->series) all.rows.push_back({Cell::of(key)});
      } else {
        out.push_back(count_of(measurement, held->series.size()));
      }
    }
    if (statement_.kind == What::ShowSeriesCardinality) {
      if (count_column() == "count") return out;
      return std::vector<InfluxqlSeries>{count_of({}, count, count_column())};
    }
    page(all.rows);
    if (!all.rows.empty()) out.push_back(std::move(all));
    return out;
  }

  // What is listed of one measurement, or how much that is.
  Result<InfluxqlSeries> of(const std::string& measurement) {
    const bool count = statement_.kind == What::ShowFieldKeyCardinality ||
                       statement_.kind == What::ShowTagKeyCardinality ||
                       statement_.kind == What::ShowTagValuesCardinality;
    auto list = listed(measurement);
    if (!list || !count) return list;
    const size_t size = list->rows.size();
    if (size == 0) return InfluxqlSeries{};
    return count_of(measurement, size);
  }

  Result<InfluxqlSeries> listed(const std::string& measurement) {
    if (statement_.kind == What::ShowFieldKeys || statement_.kind == What::ShowFieldKeyCardinality) {
      const auto fields = store_.fields(selection(measurement));
      if (!fields) return fail(fields.error());
      InfluxqlSeries out{measurement, {}, {"fieldKey", "fieldType"}, {}};
      for (const auto& [name, type] : *fields) {
        out.rows.push_back({Cell::of(name), Cell::of(std::string(store::to_string(type)))});
      }
      return out;
    }
    const auto held = held_by(measurement);
    if (!held) return fail(held.error());
    if (statement_.kind == What::ShowTagKeys || statement_.kind == What::ShowTagKeyCardinality) {
      return listing(measurement, "tagKey", held->tags);
    }
    InfluxqlSeries out{measurement, {}, {"key", "value"}, {}};
    for (const auto& [name, value] : held->values) out.rows.push_back({Cell::of(name), Cell::of(value)});
    return out;
  }

  store::Selection selection(const std::string& measurement) const {
    store::Selection out;
    out.bucket = bucket_;
    out.measurement = measurement;
    narrow_by_tags(statement_.condition.get(), {}, out);
    return out;
  }

  Result<Held> held_by(const std::string& measurement) {
    Ref<Regexp> key_regexp;
    if (statement_.key && statement_.key->kind == Kind::Regex) {
      auto regexp = Regexp::compile(statement_.key->text);
      if (!regexp) return fail(regexp.error());
      key_regexp = std::move(*regexp);
    }
    const bool keys = statement_.kind == What::ShowSeries || statement_.kind == What::ShowSeriesCardinality;
    Held out;
    Result<void> fits;
    auto listed = store_.series(selection(measurement), [&](const store::SeriesKey& key) {
      fits = context_.step(1 + key.tags.size());
      if (!fits) return false;
      std::string text = escaped(key.measurement, ", ");
      for (const auto& [name, value] : key.tags) {
        out.tags.insert(name);
        text += fmt::format(",{}={}", escaped(name, ",= "), escaped(value, ",= "));
        const bool named = std::ranges::find(statement_.keys, name) != statement_.keys.end() ||
                           (key_regexp && key_regexp->matches(name));
        if (named != statement_.other_keys) out.values.emplace(name, value);
      }
      if (keys) out.series.push_back(std::move(text));
      return true;
    });
    if (!listed) return fail(listed.error());
    if (!fits) return fail(fits.error());
    return out;
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

Result<std::vector<InfluxqlSeries>> show_influxql(const InfluxqlStatement& statement, const InfluxqlRequest& request,
                                                  Context& context) {
  return Show(statement, request, context).run();
}

}  // namespace inquest::query
