#include "store/memtable.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <random>

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

// For short pieces, in place of a call.
bool same_bytes(const char* a, const char* b, size_t size) {
  const auto same_word = [&](size_t at) {
    uint64_t left = 0;
    uint64_t right = 0;
    std::memcpy(&left, a + at, 8);
    std::memcpy(&right, b + at, 8);
    return left == right;
  };
  if (size < 8) {
    for (size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  for (size_t at = 0; at + 8 < size; at += 8) {
    if (!same_word(at)) return false;
  }
  return same_word(size - 8);
}

uint64_t random_seed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

bool wanted(std::span<const std::string> fields, const std::string& name) {
  return fields.empty() || std::ranges::find(fields, name) != fields.end();
}

}  // namespace

std::vector<Piece> SeriesRows::pieces(Ns from, Ns to, std::span<const std::string> fields) const {
  std::vector<Piece> out;
  std::vector<const uint64_t*> rows;
  for (const Strand& strand : strands_) {
    rows.clear();
    for (size_t at = 0; at < strand.rows; ++at) {
      const uint64_t* const row = strand.row(at);
      const auto time = static_cast<Ns>(row[0]);
      if (time >= from && time < to) rows.push_back(row);
    }
    if (rows.empty()) continue;
    Piece& piece = out.emplace_back();
    piece.rows.times.reserve(rows.size());
    piece.order.reserve(rows.size());
    for (const uint64_t* const row : rows) {
      piece.rows.times.push_back(static_cast<Ns>(row[0]));
      piece.order.push_back(static_cast<uint32_t>(row[1]));
    }
    piece.rows.columns.reserve(strand.layout->fields.size());
    for (size_t f = 0; f < strand.layout->fields.size(); ++f) {
      const LineLayout::Field& field = strand.layout->fields[f];
      if (field.shadowed || !wanted(fields, field.name)) continue;
      Column& column = piece.rows.columns.emplace_back();
      column.field = field.name;
      column.type = field.type;
      column.bits.reserve(rows.size());
      for (const uint64_t* const row : rows) {
        const uint64_t bits = row[2 + f];
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
    for (const LineLayout::Field& field : strand.layout->fields) out.emplace_back(field.name, field.type);
  }
  return out;
}

Memtable::Memtable() : seed_(random_seed()) {}

uint64_t Memtable::apply(std::string_view bucket_name, std::string_view lines) {
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(bucket_name);
  if (found == buckets_.end()) {
    found = buckets_.emplace(bucket_name, Bucket{}).first;
    found->second.heads = decltype(Bucket::heads)(16, HashText{seed_});
  }
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

// Rows are in more memory than a core has at hand: what is expected is asked for while a line is read.
void Memtable::expect(const Head& head) {
  const Head* const next = head.next;
  if (next == nullptr) return;
  __builtin_prefetch(next->text.data());
  __builtin_prefetch(next->rows);
  __builtin_prefetch(next->next);
}

// What a line without backslashes begins with, if that was seen before.
Memtable::Head* Memtable::plain_head(Bucket& bucket, const char* p, const char* end) {
  const auto size = static_cast<size_t>(end - p);
  Head* const expected = bucket.last == nullptr ? nullptr : bucket.last->next;
  if (expected != nullptr && expected->text.size() < size && p[expected->text.size()] == ' ' &&
      std::memcmp(p, expected->text.data(), expected->text.size()) == 0) {
    expect(*expected);
    return bucket.last = expected;
  }
  const auto* space = static_cast<const char*>(std::memchr(p, ' ', size));
  if (space == nullptr || std::memchr(p, '\\', static_cast<size_t>(space - p)) != nullptr) return nullptr;
  const auto found = bucket.heads.find(std::string_view(p, space));
  if (found == bucket.heads.end()) return nullptr;
  if (bucket.last != nullptr) bucket.last->next = &found->second;
  return bucket.last = &found->second;
}

// A line without backslashes whose fields are those of a strand that is there: most lines. Gives where the next line
// begins.
const char* Memtable::apply_plain(Bucket& bucket, const char* p, const char* end) {
  const Head* const head = plain_head(bucket, p, end);
  if (head == nullptr) return nullptr;
  SeriesRows& series = *head->rows;
  const auto count = static_cast<uint32_t>(series.strands_.size());
  const uint32_t tries = std::min<uint32_t>(count, 8);
  for (uint32_t i = 0; i < tries; ++i) {
    const uint32_t at = (series.next_strand_ + i) % count;
    const char* rest = p + head->text.size() + 1;
    if (!take_row(series, series.strands_[at], rest, end)) continue;
    series.next_strand_ = at + 1;
    return rest;
  }
  return nullptr;
}

bool Memtable::take_row(SeriesRows& series, SeriesRows::Strand& strand, const char*& p, const char* end) {
  const LineLayout& layout = *strand.layout;
  uint64_t* const row = new_row(strand);
  const size_t count = layout.fields.size();
  for (size_t f = 0; f < count; ++f) {
    const LineLayout::Field& field = layout.fields[f];
    const size_t size = field.end - field.begin;
    if (static_cast<size_t>(end - p) <= size || !same_bytes(p, layout.tokens.data() + field.begin, size)) return false;
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
        bits = keep_string(series, std::string_view(text, p++));
        break;
      }
      default: return false;
    }
    row[2 + f] = bits;
    const char separator = f + 1 < count ? ',' : ' ';
    if (p == end || *p++ != separator) return false;
  }
  int64_t time = 0;
  if (!read_integer(p, end, time) || p == end || *p++ != '\n') return false;
  add_row(series, strand, row, time);
  return true;
}

void Memtable::apply_odd(Bucket& bucket, std::string_view line) {
  LineParts parts;
  if (!split_line(line, parts).empty()) return;
  const auto time = parse_int<int64_t>(parts.time);
  if (!time) return;
  SeriesRows& series = series_of(bucket, parts.head);
  LineLayout layout;
  std::vector<uint64_t> values;
  LineField field;
  for (std::string_view rest = parts.fields; next_field(rest, field);) {
    LineLayout::Field& to = layout.fields.emplace_back();
    to.begin = layout.tokens.size();
    layout.tokens += field.name;
    layout.tokens += '=';
    to.end = layout.tokens.size();
    to.name = unescape_name(field.name);
    to.type = field.type;
    values.push_back(field.type == FieldType::String ? keep_string(series, unescape_string(field.text)) : field.bits);
  }
  std::set<std::string_view> names;
  for (size_t i = layout.fields.size(); i-- > 0;) {
    layout.fields[i].shadowed = !names.insert(layout.fields[i].name).second;
  }

  const LineLayout* const kept = keep_layout(std::move(layout));
  auto strand = std::ranges::find(series.strands_, kept, &SeriesRows::Strand::layout);
  if (strand == series.strands_.end()) {
    series.strands_.push_back({.layout = kept, .runs = {}, .rows = 0});
    strand = series.strands_.end() - 1;
    bytes_ += sizeof(*strand);
  }
  uint64_t* const row = new_row(*strand);
  std::ranges::copy(values, row + 2);
  add_row(series, *strand, row, *time);
}

const LineLayout* Memtable::keep_layout(LineLayout layout) {
  // An '=' ends each name, so the types stand apart from them.
  std::string key = layout.tokens;
  for (const LineLayout::Field& field : layout.fields) key += static_cast<char>('0' + static_cast<int>(field.type));
  const auto found = layouts_.find(key);
  if (found != layouts_.end()) return &found->second;
  bytes_ += 3 * key.size() + layout.fields.size() * sizeof(LineLayout::Field) + 200;
  return &layouts_.emplace(std::move(key), std::move(layout)).first->second;
}

// Where the strand's next row goes: it is one when add_row() counts it.
uint64_t* Memtable::new_row(SeriesRows::Strand& strand) {
  const size_t at_once = strand.layout->rows_at_once();
  if (strand.rows == strand.runs.size() * at_once) {
    strand.runs.push_back(cells_.take(at_once * strand.layout->stride()));
    bytes_ += sizeof(uint64_t*);
  }
  return strand.runs[strand.rows / at_once] + strand.rows % at_once * strand.layout->stride();
}

void Memtable::add_row(SeriesRows& series, SeriesRows::Strand& strand, uint64_t* row, Ns time) {
  row[0] = static_cast<uint64_t>(time);
  row[1] = series.rows_++;
  ++strand.rows;
  series.oldest_ = std::min(series.oldest_, time);
  series.newest_ = std::max(series.newest_, time);
  values_taken_ += strand.layout->fields.size();
  const int64_t day = day_of(time);
  if (day != last_day_) days_.insert(last_day_ = day);
}

SeriesRows& Memtable::series_of(Bucket& bucket, std::string_view head) {
  if (const auto at = bucket.heads.find(head); at != bucket.heads.end()) return *at->second.rows;
  const auto [at, fresh] = bucket.series.try_emplace(parse_series(head));
  const auto [entry, is_new] = bucket.heads.emplace(head, Head{.rows = &at->second});
  entry->second.text = entry->first;
  bytes_ += 2 * head.size() + 400;
  if (fresh) ++series_;
  return at->second;
}

uint64_t Memtable::keep_string(SeriesRows& series, std::string_view text) {
  if (series.strings_.empty() || series.strings_.back() != text) {
    bytes_ += sizeof(std::string) + (text.size() > 15 ? text.size() : 0);
    series.strings_.emplace_back(text);
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
  return bytes_ + cells_.bytes();
}

uint64_t Memtable::series() const {
  const std::shared_lock lock(mutex_);
  return series_;
}

}  // namespace inquest::store
