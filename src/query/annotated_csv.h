// Annotated CSV, the form in which InfluxDB gives and takes Flux's tables:
// https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
//
//     #datatype,string,long,dateTime:RFC3339,double
//     #group,false,false,false,true
//     #default,_result,,,
//     ,result,table,_time,_value
//     ,,0,2026-02-09T15:54:50Z,1.5
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/table.h"

namespace inquest::query {

// The tables that one yield() of a query gave.
struct NamedTables {
  std::string name;
  Tables tables;
};

// How results are written; the defaults are the InfluxDB API's.
struct CsvDialect {
  bool header = true;
  char delimiter = ',';
  // Which annotations stand above each schema, each once, in this order.
  enum class Annotation : uint8_t { Datatype, Group, Default };
  std::vector<Annotation> annotations{};
  std::string_view line_end = "\r\n";
  bool has(Annotation annotation) const { return std::ranges::find(annotations, annotation) != annotations.end(); }
  // With all three annotations, as the `influx` client and the query API's clients ask for them.
  static CsvDialect annotated() {
    return {true, ',', {Annotation::Datatype, Annotation::Group, Annotation::Default}, "\r\n"};
  }
};

struct CsvLimits {
  size_t rows = 10'000'000;
  size_t columns = 4'096;
  size_t tables = 1'000'000;
};

// All results of a body, in order; results of one name are one. An empty field is its column's #default, or null
// without one; a column named by #group is part of the group key. The body of an error ("error,reference") gives that
// error. Malformed (with the line) for rows that do not fit their header, values that are not of their type, or
// annotations that are missing; Limit beyond the limits.
Result<std::vector<NamedTables>> read_annotated_csv(std::string_view text, const CsvLimits& limits = {});
// The mode "raw": no annotations, one header row; every column is a string and nothing is null.
Result<Table> read_raw_csv(std::string_view text, const CsvLimits& limits = {});

// Appends all results, with an empty line behind each.
void write_annotated_csv(const std::vector<NamedTables>& results, const CsvDialect& dialect, std::string& out);
// What stands in the place of a result that failed.
void write_csv_error(std::string_view message, const CsvDialect& dialect, std::string& out);

// A value as CSV has it: shortest digits for numbers, "2026-02-09T15:54:50.123Z" for times, empty for null.
std::string csv_text(const Cell& cell);
// "2026-02-09T15:54:50Z", with as many digits of fraction as are not zero.
std::string rfc3339_nano(Ns time);
// Of RFC 3339 with a zone, or a date alone, which is midnight UTC.
std::optional<Ns> parse_rfc3339(std::string_view text);

}  // namespace inquest::query
