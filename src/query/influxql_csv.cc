#include "query/influxql_csv.h"

#include <fmt/format.h>

#include "query/annotated_csv.h"

namespace inquest::query {
namespace {

void put(std::string_view text, std::string& out) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos && !text.starts_with(' ');
  if (plain) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// As line protocol has them: "host=a,zone=b\\ c".
std::string tags_of(const InfluxqlSeries& series) {
  std::string out;
  const auto name = [&](std::string_view text) {
    for (const char c : text) {
      if (c == ',' || c == '=' || c == ' ') out += '\\';
      out += c;
    }
  };
  for (const auto& [key, value] : series.tags) {
    if (value.empty()) continue;
    if (!out.empty()) out += ',';
    name(key);
    out += '=';
    name(value);
  }
  return out;
}

std::string text_of(const Cell& cell, std::string_view epoch) {
  if (cell.null) return {};
  return cell.type == ColumnType::Time ? fmt::to_string(cell.integer() / influxql_unit(epoch)) : csv_text(cell);
}

}  // namespace

std::string influxql_csv(const std::vector<InfluxqlResult>& results, std::string_view epoch) {
  std::string out;
  for (const InfluxqlResult& result : results) {
    if (result.series.empty()) continue;
    if (!out.empty()) out += '\n';
    out += "name,tags";
    for (const std::string& column : result.series.front().columns) {
      out += ',';
      put(column, out);
    }
    out += '\n';
    for (const InfluxqlSeries& series : result.series) {
      std::string head;
      put(series.name, head);
      head += ',';
      put(tags_of(series), head);
      for (const std::vector<Cell>& row : series.rows) {
        out += head;
        for (const Cell& cell : row) {
          out += ',';
          put(text_of(cell, epoch), out);
        }
        out += '\n';
      }
    }
  }
  return out;
}

std::string influxql_csv_error(std::string_view message) {
  std::string out = "error\n";
  put(message, out);
  return out + '\n';
}

}  // namespace inquest::query
