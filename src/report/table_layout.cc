#include "report/table_layout.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace inquest::report {
namespace {

constexpr size_t kLeastFlexible = 12;  // narrower than this, a column of prose is no longer read but deciphered

std::vector<size_t> natural_widths(const Table& table) {
  std::vector<size_t> widths;
  widths.reserve(table.columns.size());
  for (const Column& column : table.columns) widths.push_back(columns(column.title));
  for (const Row& row : table.rows) {
    if (row.spanning(widths.size())) continue;
    for (size_t i = 0; i < std::min(row.cells.size(), widths.size()); ++i) {
      widths[i] = std::max(widths[i], row.cells[i].width());
    }
  }
  return widths;
}

}  // namespace

std::vector<size_t> column_widths(const Table& table, size_t width) {
  std::vector<size_t> widths = natural_widths(table);
  if (widths.empty()) return widths;
  const size_t gaps = kColumnGap * (widths.size() - 1);
  const size_t room = width > gaps ? width - gaps : 0;
  if (std::accumulate(widths.begin(), widths.end(), size_t{0}) <= room) return widths;

  std::vector<size_t> shrinking;
  size_t fixed = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (table.columns[i].flexible) {
      shrinking.push_back(i);
    } else {
      fixed += widths[i];
    }
  }
  if (fixed + kLeastFlexible * shrinking.size() > room) {
    shrinking.resize(widths.size());
    for (size_t i = 0; i < shrinking.size(); ++i) shrinking[i] = i;
    fixed = 0;
  }
  // The narrow ones first: what they do not need of their share goes to the others.
  std::ranges::sort(shrinking, {}, [&](size_t i) { return widths[i]; });
  size_t left = room - fixed;
  for (size_t done = 0; done < shrinking.size(); ++done) {
    size_t& column = widths[shrinking[done]];
    column = std::max<size_t>(std::min(column, left / (shrinking.size() - done)), 1);
    left -= std::min(left, column);
  }
  return widths;
}

}  // namespace inquest::report
