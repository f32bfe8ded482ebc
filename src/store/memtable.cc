#include "store/memtable.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "store/line_grammar.h"
#include "store/line_protocol.h"

namespace inquest::store {
namespace {

constexpr size_t kMaxDoubleDigits = 15;  // so many are exact in a double, and so is its quotient by 10^22 or less
constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

bool read_integer(const char*& p, const char* end, int64_t& out) {
  const auto [stop, error] = std::from_chars(p, end, out);
  if (error != std::errc{}) return false;
  p = stop;
  return true;
}

bool read_double(const char*& p, const char* end, uint64_t& bits) {
  const char* q = p;
  const bool negative = *q == '-';
  if (negative) ++q;
  const char* const begin = q;
  uint64_t mantissa = 0;
  while (q != end && digit(*q)) mantissa = mantissa * 10 + static_cast<uint64_t>(*q++ - '0');
  size_t digits = static_cast<size_t>(q - begin);
  size_t fraction = 0;
  if (q != end && *q == '.') {
    const char* const point = ++q;
    while (q != end && digit(*q)) mantissa = mantissa * 10 + static_cast<uint64_t>(*q++ - '0');
    fraction = static_cast<size_t>(q - point);
    digits += fraction;
  }
  double value = 0;
  if (digits > 0 && digits <= kMaxDoubleDigits && q != end && (*q == ',' || *q == ' ')) {
    value = static_cast<double>(mantissa) / kPowers[fraction];
    if (negative) value = -value;
  } else {
    const auto [stop, error] = std::from_chars(p, end, value);
    if (error != std::errc{}) return false;
    q = stop;
  }
  bits = std::bit_cast<uint64_t>(value);
  p = q;
  return true;
}

bool wanted(std::span<const std::string> fields, const std::string& name) {
  return fields.empty() || std::ranges::find(fields, name) != fields.end();
}

}  // namespace

std::vector<Piece> SeriesRows::pieces(Ns from, Ns to, std::span<const std::string> fields) const {
  std::vector<Piece> out;
  for (const Strand& strand : strands_) {
    const size_t stride = strand.fields.size() + 1;
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < strand.order.size(); ++row) {
      const auto time = static_cast<Ns>(strand.cells[row * stride]);
      if (time >= from && time < to) rows.push_back(row);
    }
    if (rows.empty()) continue;
    Piece& piece = out.emplace_back();
    for (const uint32_t row : rows) {
      piece.rows.times.push_back(static_cast<Ns>(strand.cells[row * stride]));
      piece.order.push_back(strand.order[row]);
    }
    for (size_t f = 0; f < strand.fields.size(); ++f) {
      const Field& field = strand.fields[f];
      if (field.shadowed || !wanted(fields, field.name)) continue;
      Column& column = piece.rows.columns.emplace_back();
      column.field = field.name;
      column.type = field.type;
      column.bits.reserve(rows.size());
      for (const uint32_t row : rows) {
        const uint64_t bits = strand.cells[row * stride + 1 + f];
        if (field.type != FieldType::String) {
          column.bits.push_back(bits);
          continue;
        }
        if (column.strings.empty() || column.strings.back() != strings_[bits]) column.strings.push_back(strings_[bits]);
        column.bits.push_back(column.strings.size() - 1);
      }
    }
    if (piece.rows.columns.empty()) {
      out.pop_back();
      continue;
    }
    std::ranges::sort(piece.rows.columns, {}, &Column::field);
  }
  return out;
}

std::vector<std::pair<std::string, FieldType>> SeriesRows::fields() const {
  std::vector<std::pair<std::string, FieldType>> out;
  for (const Strand& strand : strands_) {
    for (const Field& field : strand.fields) out.emplace_back(field.name, field.type);
  }
  return out;
}

uint64_t Memtable::apply(std::string_view bucket_name, std::string_view lines) {
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(bucket_name);
  if (found == buckets_.end()) found = buckets_.emplace(bucket_name, Bucket{}).first;
  Bucket& bucket = found->second;
  const uint64_t before = values_taken_;
  const char* p = lines.data();
  const char* const end = p + lines.size();
  while (p != end) {
    if (const char* next = apply_plain(bucket, p, end)) {
      p = next;
      continue;
    }
    const auto at = static_cast<size_t>(p - lines.data());
    const size_t stop = end_of_line(lines, at);
    apply_odd(bucket, lines.substr(at, stop - at));
    p = lines.data() + std::min(stop + 1, lines.size());
  }
  return values_taken_ - before;
}

// A line without backslashes whose fields are those of a strand that is there: most lines. Gives where the next line
// begins.
const char* Memtable::apply_plain(Bucket& bucket, const char* p, const char* end) {
  const auto* space = static_cast<const char*>(std::memchr(p, ' ', static_cast<size_t>(end - p)));
  if (space == nullptr || std::memchr(p, '\\', static_cast<size_t>(space - p)) != nullptr) return nullptr;
  const auto head = bucket.heads.find(std::string_view(p, space));
  if (head == bucket.heads.end()) return nullptr;
  SeriesRows& series = *head->second;
  const size_t count = series.strands_.size();
  const size_t tries = std::min<size_t>(count, 8);
  for (size_t i = 0; i < tries; ++i) {
    const size_t at = (series.next_strand_ + i) % count;
    const char* rest = space + 1;
    if (!take_row(series, series.strands_[at], rest, end)) continue;
    series.next_strand_ = at + 1;
    return rest;
  }
  return nullptr;
}

bool Memtable::take_row(SeriesRows& series, SeriesRows::Strand& strand, const char*& p, const char* end) {
  values_.clear();
  for (size_t f = 0; f < strand.fields.size(); ++f) {
    const SeriesRows::Field& field = strand.fields[f];
    const size_t size = field.token.size();
    if (static_cast<size_t>(end - p) <= size || std::memcmp(p, field.token.data(), size) != 0) return false;
    p += size;
    uint64_t bits = 0;
    switch (field.type) {
      case FieldType::Float:
        if (!read_double(p, end, bits)) return false;
        break;
      case FieldType::Integer: {
        int64_t value = 0;
        if (!read_integer(p, end, value) || p == end || *p++ != 'i') return false;
        bits = static_cast<uint64_t>(value);
        break;
      }
      case FieldType::String: {
        if (*p != '"') return false;
        const char* const text = ++p;
        p = static_cast<const char*>(std::memchr(text, '"', static_cast<size_t>(end - text)));
        if (p == nullptr || std::memchr(text, '\\', static_cast<size_t>(p - text)) != nullptr) return false;
        bits = keep_string(series, std::string(text, p++));
        break;
      }
      default: return false;
    }
    values_.push_back(bits);
    const char separator = f + 1 < strand.fields.size() ? ',' : ' ';
    if (p == end || *p++ != separator) return false;
  }
  int64_t time = 0;
  if (!read_integer(p, end, time) || p == end || *p++ != '\n') return false;
  add_row(series, strand, time);
  return true;
}

void Memtable::apply_odd(Bucket& bucket, std::string_view line) {
  LineParts parts;
  if (!split_line(line, parts).empty()) return;
  const auto time = parse_int<int64_t>(parts.time);
  if (!time) return;
  SeriesRows& series = series_of(bucket, parts.head);
  std::vector<SeriesRows::Field> fields;
  values_.clear();
  LineField field;
  for (std::string_view rest = parts.fields; next_field(rest, field);) {
    SeriesRows::Field& to = fields.emplace_back();
    to.token = std::string(field.name) + '=';
    to.name = unescape_name(field.name);
    to.type = field.type;
    to.shadowed = false;
    values_.push_back(field.type == FieldType::String ? keep_string(series, unescape_string(field.text)) : field.bits);
  }
  std::set<std::string_view> names;
  for (size_t i = fields.size(); i-- > 0;) fields[i].shadowed = !names.insert(fields[i].name).second;

  const auto same = [&](const SeriesRows::Strand& strand) {
    return std::ranges::equal(strand.fields, fields,
                              [](const auto& a, const auto& b) { return a.type == b.type && a.token == b.token; });
  };
  auto strand = std::ranges::find_if(series.strands_, same);
  if (strand == series.strands_.end()) {
    for (const auto& one : fields) bytes_ += sizeof(one) + 2 * one.token.size();
    series.strands_.push_back({.fields = std::move(fields), .cells = {}, .order = {}});
    strand = series.strands_.end() - 1;
  }
  add_row(series, *strand, *time);
}

void Memtable::add_row(SeriesRows& series, SeriesRows::Strand& strand, Ns time) {
  const size_t stride = values_.size() + 1;
  std::vector<uint64_t>& cells = strand.cells;
  if (cells.size() + stride > cells.capacity()) {  // by a half: there are many of these, and few at their end
    const size_t before = cells.capacity();
    cells.reserve(before + before / 2 + 4 * stride);
    strand.order.reserve(cells.capacity() / stride);
    bytes_ += (cells.capacity() - before) * (8 + 4 / stride);
  }
  cells.push_back(static_cast<uint64_t>(time));
  cells.insert(cells.end(), values_.begin(), values_.end());
  strand.order.push_back(series.rows_++);
  series.oldest_ = std::min(series.oldest_, time);
  series.newest_ = std::max(series.newest_, time);
  values_taken_ += values_.size();
  const int64_t day = day_of(time);
  if (day != last_day_) days_.insert(last_day_ = day);
}

SeriesRows& Memtable::series_of(Bucket& bucket, std::string_view head) {
  if (const auto at = bucket.heads.find(head); at != bucket.heads.end()) return *at->second;
  const auto [at, fresh] = bucket.series.try_emplace(parse_series(head));
  bucket.heads.emplace(head, &at->second);
  bytes_ += 2 * head.size() + 400;
  if (fresh) ++series_;
  return at->second;
}

uint64_t Memtable::keep_string(SeriesRows& series, std::string text) {
  if (series.strings_.empty() || series.strings_.back() != text) {
    bytes_ += sizeof(text) + (text.size() > 15 ? text.size() : 0);
    series.strings_.push_back(std::move(text));
  }
  return series.strings_.size() - 1;
}

void Memtable::each(std::string_view bucket, const std::string* measurement,
                    const std::function<void(const SeriesKey&, const SeriesRows&)>& take) const {
  const std::shared_lock lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return;
  const auto& all = found->second.series;
  auto at = measurement == nullptr ? all.begin() : all.lower_bound(SeriesKey{.measurement = *measurement, .tags = {}});
  for (; at != all.end() && (measurement == nullptr || at->first.measurement == *measurement); ++at) {
    take(at->first, at->second);
  }
}

void Memtable::with(std::string_view bucket, const SeriesKey& key,
                    const std::function<void(const SeriesRows&)>& take) const {
  const std::shared_lock lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return;
  if (const auto at = found->second.series.find(key); at != found->second.series.end()) take(at->second);
}

std::vector<std::string> Memtable::buckets() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [name, bucket] : buckets_) out.push_back(name);
  return out;
}

std::optional<std::pair<Ns, Ns>> Memtable::range() const {
  const std::shared_lock lock(mutex_);
  std::optional<std::pair<Ns, Ns>> out;
  for (const auto& [name, bucket] : buckets_) {
    for (const auto& [key, rows] : bucket.series) {
      if (!out) out = {rows.oldest(), rows.newest()};
      out = {std::min(out->first, rows.oldest()), std::max(out->second, rows.newest())};
    }
  }
  return out;
}

std::set<int64_t> Memtable::days() const {
  const std::shared_lock lock(mutex_);
  return days_;
}

size_t Memtable::bytes() const {
  const std::shared_lock lock(mutex_);
  return bytes_;
}

uint64_t Memtable::series() const {
  const std::shared_lock lock(mutex_);
  return series_;
}

}  // namespace inquest::store
