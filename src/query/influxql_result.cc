#include "query/influxql_result.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/zone.h"
#include "query/annotated_csv.h"
#include "query/json_text.h"

namespace inquest::query {
namespace {

// "2026-01-01T01:00:00+01:00".
std::string local_time(Ns time, const Zone& zone) {
  const Ns offset = zone.offset_at(time);
  const auto wall = checked_add(time, offset);
  if (!wall || offset == 0) return rfc3339_nano(time);
  std::string out = rfc3339_nano(*wall);
  out.pop_back();
  const Ns minutes = (offset < 0 ? -offset : offset) / kMinute;
  return out + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void put_cell(const Cell& cell, std::string_view epoch, const Zone& zone, std::string& out) {
  if (cell.null) {
    out += "null";
    return;
  }
  switch (cell.type) {
    case ColumnType::Bool: out += cell.bits != 0 ? "true" : "false"; break;
    case ColumnType::Int: out += fmt::to_string(cell.integer()); break;
    case ColumnType::UInt: out += fmt::to_string(cell.bits); break;
    case ColumnType::Float:
      if (std::isfinite(cell.number())) {
        put_json_number(cell.number(), out);
      } else {
        out += "null";
      }
      break;
    case ColumnType::String: put_json_text(cell.text, out); break;
    case ColumnType::Time:
      if (epoch.empty()) {
        put_json_text(local_time(cell.integer(), zone), out);
      } else {
        out += fmt::to_string(cell.integer() / influxql_unit(epoch));
      }
      break;
  }
}

void put_series(const InfluxqlSeries& series, size_t begin, size_t end, bool partial, std::string_view epoch,
                std::string& out) {
  out += '{';
  if (!series.name.empty()) {
    out += "\"name\":";
    put_json_text(series.name, out);
    out += ',';
  }
  if (!series.tags.empty()) {
    out += "\"tags\":{";
    for (size_t i = 0; i < series.tags.size(); ++i) {
      if (i > 0) out += ',';
      put_json_text(series.tags[i].first, out);
      out += ':';
      put_json_text(series.tags[i].second, out);
    }
    out += "},";
  }
  const Zone zone = series.zone.empty() ? Zone() : Zone::find(series.zone).value_or(Zone());
  out += "\"columns\":[";
  for (size_t i = 0; i < series.columns.size(); ++i) {
    if (i > 0) out += ',';
    put_json_text(series.columns[i], out);
  }
  out += ']';
  for (size_t row = begin; row < end; ++row) {
    out += row == begin ? ",\"values\":[[" : ",[";
    for (size_t i = 0; i < series.rows[row].size(); ++i) {
      if (i > 0) out += ',';
      put_cell(series.rows[row][i], epoch, zone, out);
    }
    out += ']';
  }
  if (end > begin) out += ']';
  if (partial) out += ",\"partial\":true";
  out += '}';
}

void put_result_head(size_t id, const InfluxqlResult& result, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{{\"statement_id\":{}", id);
  if (!result.error.empty()) {
    out += ",\"error\":";
    put_json_text(result.error, out);
  }
}

// Compact JSON of our own with line ends and four blanks a level.
std::string indented(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool in_text = false;
  const auto line = [&] {
    out += '\n';
    out.append(depth * 4, ' ');
  };
  for (size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_text) {
      out += c;
      if (c == '\\' && at + 1 < json.size()) {
        out += json[++at];
      } else if (c == '"') {
        in_text = false;
      }
      continue;
    }
    if (c == '"') {
      in_text = true;
      out += c;
    } else if (c == '{' || c == '[') {
      out += c;
      if (at + 1 < json.size() && (json[at + 1] == '}' || json[at + 1] == ']')) {
        out += json[++at];
        continue;
      }
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      --depth;
      line();
      out += c;
    } else if (c == ',') {
      out += c;
      line();
    } else if (c == ':') {
      out += ": ";
    } else {
      out += c;
    }
  }
  return out;
}

void finish(std::string json, bool pretty, std::string& out) {
  out += pretty ? indented(json) : json;
  out += '\n';
}

std::string chunked(const std::vector<InfluxqlResult>& results, const InfluxqlForm& form) {
  std::string out;
  for (size_t id = 0; id < results.size(); ++id) {
    const InfluxqlResult& result = results[id];
    const auto document = [&](std::string_view series, bool partial) {
      std::string json = "{\"results\":[";
      put_result_head(id, result, json);
      if (!series.empty()) json += fmt::format(",\"series\":[{}]", series);
      if (partial) json += ",\"partial\":true";
      json += "}]}";
      finish(std::move(json), form.pretty, out);
    };
    if (result.series.empty()) document({}, false);
    for (size_t at = 0; at < result.series.size(); ++at) {
      const InfluxqlSeries& series = result.series[at];
      for (size_t row = 0; row == 0 || row < series.rows.size(); row += form.chunk_rows) {
        const size_t end = std::min(row + form.chunk_rows, series.rows.size());
        const bool more = end < series.rows.size();
        std::string text;
        put_series(series, row, end, more, form.epoch, text);
        document(text, more || at + 1 < result.series.size());
      }
    }
  }
  return out;
}

}  // namespace

Ns influxql_unit(std::string_view epoch) {
  if (epoch == "u" || epoch == "us" || epoch == "\xc2\xb5") return kMicro;
  if (epoch == "ms") return kMilli;
  if (epoch == "s") return kSecond;
  if (epoch == "m") return kMinute;
  if (epoch == "h") return kHour;
  return 1;
}

std::string influxql_body(const std::vector<InfluxqlResult>& results, const InfluxqlForm& form) {
  if (form.chunk_rows > 0) return chunked(results, form);
  std::string json = "{\"results\":[";
  for (size_t id = 0; id < results.size(); ++id) {
    if (id > 0) json += ',';
    put_result_head(id, results[id], json);
    for (size_t at = 0; at < results[id].series.size(); ++at) {
      json += at == 0 ? ",\"series\":[" : ",";
      put_series(results[id].series[at], 0, results[id].series[at].rows.size(), false, form.epoch, json);
    }
    if (!results[id].series.empty()) json += ']';
    json += '}';
  }
  json += "]}";
  std::string out;
  finish(std::move(json), form.pretty, out);
  return out;
}

std::string influxql_error(std::string_view message, bool pretty) {
  std::string json = "{\"error\":";
  put_json_text(message, json);
  json += '}';
  std::string out;
  finish(std::move(json), pretty, out);
  return out;
}

}  // namespace inquest::query
