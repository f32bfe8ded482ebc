#include "app/query_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace inquest::app {
namespace {

using query::Cell;
using query::Column;
using query::ColumnType;
using query::NamedColumn;
using query::NamedTables;
using query::Table;

constexpr size_t kWidest = 80;  // of a column; what is longer is cut

std::string cell_text(const Column& column, size_t row) {
  return column.null(row) ? "-" : ellipsis(printable(query::csv_text(column.cell(row))), kWidest);
}

bool is_number(ColumnType type) {
  return type == ColumnType::Int || type == ColumnType::UInt || type == ColumnType::Float;
}

void append_padded(std::string& out, const std::string& text, size_t width, bool right, bool last) {
  const size_t pad = width - std::min(width, columns(text));
  if (right) out.append(pad, ' ');
  out += text;
  if (!right && !last) out.append(pad, ' ');
}

void append_rows(std::string& out, const std::vector<const NamedColumn*>& shown, size_t rows) {
  std::vector<std::vector<std::string>> cells(shown.size());
  std::vector<size_t> widths;
  for (size_t at = 0; at < shown.size(); ++at) {
    cells[at].push_back(printable(shown[at]->label));
    for (size_t row = 0; row < rows; ++row) cells[at].push_back(cell_text(shown[at]->column, row));
    size_t width = 0;
    for (const std::string& cell : cells[at]) width = std::max(width, columns(cell));
    widths.push_back(width);
  }
  for (size_t row = 0; row <= rows; ++row) {
    for (size_t at = 0; at < shown.size(); ++at) {
      out += "  ";
      append_padded(out, cells[at][row], widths[at], is_number(shown[at]->column.type()), at + 1 == shown.size());
    }
    out += '\n';
  }
}

nlohmann::ordered_json cell_json(const Cell& cell) {
  if (cell.null) return nullptr;
  switch (cell.type) {
    case ColumnType::Bool: return cell.bits != 0;
    case ColumnType::Int: return cell.integer();
    case ColumnType::UInt: return cell.bits;
    case ColumnType::Float:
      if (!std::isfinite(cell.number())) return query::csv_text(cell);
      return cell.number();
    default: return query::csv_text(cell);
  }
}

}  // namespace

std::string query_as_text(const std::vector<NamedTables>& results) {
  std::string out;
  for (const NamedTables& result : results) {
    for (const Table& table : result.tables) {
      if (!out.empty()) out += '\n';
      out += printable(result.name);
      for (const auto& part : table.key.parts()) {
        out += fmt::format("  {}={}", printable(part.label), printable(query::csv_text(part.value)));
      }
      out += '\n';
      std::vector<const NamedColumn*> shown;
      for (const NamedColumn& column : table.columns) {
        if (!table.key.has(column.label)) shown.push_back(&column);
      }
      append_rows(out, shown, table.rows);
    }
  }
  return out;
}

std::string query_as_json(const std::vector<NamedTables>& results) {
  nlohmann::ordered_json out = {{"schema", 1}, {"results", nlohmann::ordered_json::array()}};
  for (const NamedTables& result : results) {
    nlohmann::ordered_json tables = nlohmann::ordered_json::array();
    for (const Table& table : result.tables) {
      nlohmann::ordered_json group = nlohmann::ordered_json::object();
      for (const auto& part : table.key.parts()) group[part.label] = cell_json(part.value);
      nlohmann::ordered_json heads = nlohmann::ordered_json::array();
      for (const auto& [label, column] : table.columns) {
        heads.push_back({{"name", label}, {"type", std::string(query::to_string(column.type()))}});
      }
      nlohmann::ordered_json rows = nlohmann::ordered_json::array();
      for (size_t row = 0; row < table.rows; ++row) {
        nlohmann::ordered_json cells = nlohmann::ordered_json::array();
        for (const auto& [label, column] : table.columns) cells.push_back(cell_json(column.cell(row)));
        rows.push_back(std::move(cells));
      }
      tables.push_back({{"group", std::move(group)}, {"columns", std::move(heads)}, {"rows", std::move(rows)}});
    }
    out["results"].push_back({{"name", result.name}, {"tables", std::move(tables)}});
  }
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace inquest::app
