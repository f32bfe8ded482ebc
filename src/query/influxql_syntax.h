// InfluxQL, the language of InfluxDB 1, as a tree:
// https://docs.influxdata.com/influxdb/v1/query_language/spec/
//
//     SELECT mean("usage_idle") FROM "cpu" WHERE time > now() - 1h AND "host" =~ /^db/ GROUP BY time(1m), "host"
//     fill(0)
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "query/influxql_expression.h"
#include "query/influxql_parameters.h"

namespace inquest::query {

struct InfluxqlField {
  InfluxqlPtr value;
  std::string alias;  // empty without AS
};

struct InfluxqlStatement;

// What stands behind FROM: one measurement, all that a regular expression matches, or what a SELECT gives.
struct InfluxqlSource {
  std::string database;
  std::string policy;
  std::string name;
  bool is_regex = false;
  std::shared_ptr<InfluxqlStatement> subquery;  // null: a measurement
};

struct InfluxqlStatement {
  enum class Kind : uint8_t {
    Select,
    ShowDatabases,
    ShowRetentionPolicies,
    ShowMeasurements,
    ShowTagKeys,
    ShowTagValues,
    ShowFieldKeys,
    ShowSeries,
    ShowSeriesCardinality,
    ShowMeasurementCardinality,
    ShowTagKeyCardinality,
    ShowTagValuesCardinality,
    ShowFieldKeyCardinality,
    ShowUsers,
    ShowSubscriptions,
    ShowContinuousQueries,
    CreateDatabase,
    CreateRetentionPolicy,
  };
  enum class Fill : uint8_t { Null, None, Previous, Linear, Number };

  Kind kind = Kind::Select;
  std::vector<InfluxqlField> fields;
  std::vector<InfluxqlSource> sources;
  InfluxqlPtr condition;  // empty without WHERE
  // GROUP BY: tags, expressions that name tags, and the length of time.
  std::vector<std::string> tags;
  std::vector<std::string> tag_regexes;
  bool all_tags = false;
  Ns every = 0;  // 0: not by time
  Ns offset = 0;
  bool offset_is_now = false;
  Fill fill = Fill::Null;
  bool fill_given = false;
  double fill_number = 0;
  bool newest_first = false;
  size_t limit = 0;  // 0: all
  size_t start = 0;
  size_t series_limit = 0;
  size_t series_start = 0;
  std::string zone;               // tz(); empty: UTC
  std::string database;           // ON, or the one to create
  std::string policy;             // to create
  bool exact = false;             // of a cardinality: counted
  InfluxqlPtr key;                // of SHOW TAG VALUES: String or Regex
  std::vector<std::string> keys;  // of WITH KEY IN (...), or the one of WITH KEY = ...
  bool other_keys = false;        // != or !~: all but these
  std::string fault;              // what is wrong with it, although it can be read; empty: nothing
};

// All statements of the text, which semicolons separate. Malformed, worded as InfluxDB words it: "error parsing query:
// found X, expected Y at line 1, char 8"; Unsupported for statements that would change or show what is not here.
Result<std::vector<InfluxqlStatement>> parse_influxql(std::string_view text, const InfluxqlParameters& parameters);

}  // namespace inquest::query
