#include "store/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace inquest::store {
namespace {

bool ordered(const Piece& piece) {
  return piece.order.empty() ||
         std::ranges::adjacent_find(piece.rows.times, std::greater_equal<>()) == piece.rows.times.end();
}

bool follows(const Slice& earlier, const Slice& later) {
  if (earlier.times.empty() || later.times.empty()) return true;
  if (earlier.times.back() >= later.times.front() || earlier.columns.size() != later.columns.size()) return false;
  return std::ranges::equal(earlier.columns, later.columns,
                            [](const Column& a, const Column& b) { return a.field == b.field && a.type == b.type; });
}

void append(Slice& to, Slice&& from) {
  const size_t before = to.times.size();
  to.times.insert(to.times.end(), from.times.begin(), from.times.end());
  for (size_t c = 0; c < to.columns.size(); ++c) {
    Column& column = to.columns[c];
    Column& more = from.columns[c];
    if (!column.present.empty() || !more.present.empty()) {
      column.present.resize(before, true);
      if (more.present.empty()) more.present.resize(from.times.size(), true);
      column.present.insert(column.present.end(), more.present.begin(), more.present.end());
    }
    const uint64_t shift = column.strings.size();
    for (const uint64_t bits : more.bits) column.bits.push_back(bits + shift);
    std::ranges::move(more.strings, std::back_inserter(column.strings));
  }
}

struct RowAt {
  Ns time;
  uint64_t rank;  // of its piece, or how it came among those that say so
  uint32_t piece;
  uint32_t row;
};

std::vector<RowAt> sorted_rows(const std::vector<Piece>& pieces) {
  std::vector<RowAt> out;
  for (uint32_t p = 0; p < pieces.size(); ++p) {
    const Piece& piece = pieces[p];
    for (uint32_t r = 0; r < piece.rows.times.size(); ++r) {
      // Pieces with an order are the latest, as memory is behind disk.
      const uint64_t rank = piece.order.empty() ? p : (uint64_t{1} << 40) + piece.order[r];
      out.push_back({piece.rows.times[r], rank, p, r});
    }
  }
  std::ranges::sort(out, {}, [](const RowAt& at) { return std::tuple(at.time, at.rank, at.piece, at.row); });
  return out;
}

}  // namespace

Slice merge(std::vector<Piece> pieces) {
  std::erase_if(pieces, [](const Piece& piece) { return piece.rows.times.empty(); });
  if (pieces.empty()) return {};
  if (std::ranges::all_of(pieces, ordered)) {
    bool apart = true;
    for (size_t i = 1; i < pieces.size(); ++i) apart = apart && follows(pieces[i - 1].rows, pieces[i].rows);
    if (apart) {
      Slice out = std::move(pieces.front().rows);
      for (size_t i = 1; i < pieces.size(); ++i) append(out, std::move(pieces[i].rows));
      return out;
    }
  }

  // Where each piece's columns go.
  std::map<std::string_view, std::pair<uint32_t, FieldType>> fields;
  for (const Piece& piece : pieces) {
    for (const Column& column : piece.rows.columns) fields[column.field].second = column.type;
  }
  Slice out;
  for (auto& [name, place] : fields) {
    place.first = static_cast<uint32_t>(out.columns.size());
    Column& column = out.columns.emplace_back();
    column.field = name;
    column.type = place.second;
  }
  std::vector<std::vector<uint32_t>> places(pieces.size());
  for (size_t p = 0; p < pieces.size(); ++p) {
    for (const Column& column : pieces[p].rows.columns) places[p].push_back(fields.at(column.field).first);
  }

  const std::vector<RowAt> rows = sorted_rows(pieces);
  for (const RowAt& at : rows) {
    if (out.times.empty() || out.times.back() != at.time) {
      out.times.push_back(at.time);
      for (Column& column : out.columns) {
        column.bits.push_back(0);
        column.present.push_back(false);
      }
    }
    const std::vector<Column>& columns = pieces[at.piece].rows.columns;
    for (size_t c = 0; c < columns.size(); ++c) {
      const Column& from = columns[c];
      Column& to = out.columns[places[at.piece][c]];
      if (from.type != to.type || (!from.present.empty() && !from.present[at.row])) continue;
      to.present.back() = true;
      if (from.type != FieldType::String) {
        to.bits.back() = from.bits[at.row];
        continue;
      }
      const std::string& text = from.strings[from.bits[at.row]];
      if (to.strings.empty() || to.strings.back() != text) to.strings.push_back(text);
      to.bits.back() = to.strings.size() - 1;
    }
  }
  for (Column& column : out.columns) {
    if (std::ranges::find(column.present, false) == column.present.end()) column.present.clear();
  }
  return out;
}

void keep_rows(Slice& rows, size_t begin, size_t end) {
  const auto trim = [&](auto& items) {
    items.erase(items.begin() + static_cast<long>(end), items.end());
    items.erase(items.begin(), items.begin() + static_cast<long>(begin));
  };
  if (begin == 0 && end == rows.times.size()) return;
  trim(rows.times);
  for (Column& column : rows.columns) {
    trim(column.bits);
    if (!column.present.empty()) trim(column.present);
  }
}

void cut(Slice& rows, Ns from, Ns to) {
  const auto begin = std::ranges::lower_bound(rows.times, from) - rows.times.begin();
  const auto end = std::ranges::lower_bound(rows.times, to) - rows.times.begin();
  keep_rows(rows, static_cast<size_t>(begin), static_cast<size_t>(std::max(begin, end)));
}

void keep_first(Slice& rows, uint64_t limit) {
  if (limit != 0 && rows.times.size() > limit) keep_rows(rows, 0, limit);
}

void keep_last(Slice& rows, uint64_t limit) {
  if (limit != 0 && rows.times.size() > limit) keep_rows(rows, rows.times.size() - limit, rows.times.size());
}

void reverse(Slice& rows) {
  std::ranges::reverse(rows.times);
  for (Column& column : rows.columns) {
    std::ranges::reverse(column.bits);
    std::reverse(column.present.begin(), column.present.end());
  }
}

void drop_empty(Slice& rows) {
  if (std::ranges::any_of(rows.columns, [](const Column& column) { return column.present.empty(); })) return;
  size_t kept = 0;
  for (size_t row = 0; row < rows.times.size(); ++row) {
    if (std::ranges::none_of(rows.columns, [&](const Column& column) { return column.present[row]; })) continue;
    rows.times[kept] = rows.times[row];
    for (Column& column : rows.columns) {
      column.bits[kept] = column.bits[row];
      column.present[kept] = column.present[row];
    }
    ++kept;
  }
  rows.times.resize(kept);
  for (Column& column : rows.columns) {
    column.bits.resize(kept);
    column.present.resize(kept);
  }
}

}  // namespace inquest::store
