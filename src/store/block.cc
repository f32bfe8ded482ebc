#include "store/block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <unordered_map>

#include <zstd.h>

#include "store/varint.h"

namespace inquest::store {
namespace {

constexpr int kLevel = 3;
constexpr uint64_t kMaxPlain = uint64_t{64} << 20;
constexpr uint64_t kMaxColumns = 1 << 16;

// How a column's values are written. The numbers are on disk.
enum class Form : uint8_t {
  Constant = 0,    // the value
  Deltas = 1,      // the first value, then differences, all zigzagged
  Dictionary = 2,  // distinct values, then an index for each row
  Planes = 3,      // first bytes of all values, second bytes of all, ...: exponents stand side by side
  Decimal = 4,     // a number of digits, then the values times that power of ten as Deltas
};
constexpr uint8_t kSparse = 0x80;  // with the form: a bitmap of rows that have a value comes first

constexpr std::array<double, 5> kPowers = {1, 10, 100, 1000, 10000};

void put_word(std::string& out, uint64_t word) {
  char bytes[8];
  std::memcpy(bytes, &word, 8);
  out.append(bytes, 8);
}

void put_deltas(std::string& out, const std::vector<uint64_t>& values) {
  uint64_t last = 0;
  for (const uint64_t value : values) {
    put_varint(out, zigzag(static_cast<int64_t>(value - last)));
    last = value;
  }
}

// The values as whole numbers of ten to the minus `digits`; false where that would lose a bit of one.
bool scale(const std::vector<uint64_t>& values, size_t digits, std::vector<uint64_t>& out) {
  out.clear();
  for (const uint64_t bits : values) {
    const auto value = std::bit_cast<double>(bits);
    const double scaled = std::nearbyint(value * kPowers[digits]);
    if (!(std::fabs(scaled) < 9e15) || std::bit_cast<uint64_t>(scaled / kPowers[digits]) != bits) return false;
    out.push_back(static_cast<uint64_t>(static_cast<int64_t>(scaled)));
  }
  return true;
}

bool put_decimal(std::string& out, const std::vector<uint64_t>& values) {
  std::vector<uint64_t> scaled;
  for (size_t digits = 0; digits < kPowers.size(); ++digits) {
    // The first rows nearly always tell.
    const std::vector<uint64_t> probe(values.begin(),
                                      values.begin() + static_cast<long>(std::min<size_t>(values.size(), 4)));
    if (!scale(probe, digits, scaled) || !scale(values, digits, scaled)) continue;
    out.push_back(static_cast<char>(digits));
    put_deltas(out, scaled);
    return true;
  }
  return false;
}

bool put_dictionary(std::string& out, const std::vector<uint64_t>& values) {
  std::unordered_map<uint64_t, uint64_t> index;
  std::vector<uint64_t> distinct;
  std::string rows;
  for (const uint64_t value : values) {
    const auto [at, fresh] = index.emplace(value, distinct.size());
    if (fresh) distinct.push_back(value);
    if (distinct.size() * 4 > values.size() * 3) return false;
    put_varint(rows, at->second);
  }
  put_varint(out, distinct.size());
  for (const uint64_t value : distinct) put_word(out, value);
  out += rows;
  return true;
}

void put_planes(std::string& out, const std::vector<uint64_t>& values) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    for (const uint64_t value : values) out.push_back(static_cast<char>(value >> shift));
  }
}

Form put_numbers(std::string& out, const std::vector<uint64_t>& values, FieldType type) {
  if (std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end()) {
    put_word(out, values.front());
    return Form::Constant;
  }
  if (type != FieldType::Float) {
    put_deltas(out, values);
    return Form::Deltas;
  }
  if (put_decimal(out, values)) return Form::Decimal;
  if (put_dictionary(out, values)) return Form::Dictionary;
  put_planes(out, values);
  return Form::Planes;
}

void put_strings(std::string& out, const Column& column, const std::vector<uint64_t>& values) {
  std::unordered_map<std::string_view, uint64_t> index;
  std::vector<std::string_view> distinct;
  std::string rows;
  for (const uint64_t value : values) {
    const auto [at, fresh] = index.emplace(column.strings[value], distinct.size());
    if (fresh) distinct.push_back(column.strings[value]);
    put_varint(rows, at->second);
  }
  put_varint(out, distinct.size());
  for (const std::string_view text : distinct) put_bytes(out, text);
  if (distinct.size() > 1) out += rows;
}

bool get_deltas(Unpacker& in, std::vector<uint64_t>& out, uint64_t count) {
  uint64_t last = 0;
  for (uint64_t i = 0; i < count; ++i) {
    last += static_cast<uint64_t>(in.signed_varint());
    out.push_back(last);
  }
  return in.ok();
}

bool get_numbers(Unpacker& in, Form form, std::vector<uint64_t>& out, uint64_t count) {
  const auto word = [&] {
    const std::string_view bytes = in.take(8);
    uint64_t value = 0;
    if (bytes.size() == 8) std::memcpy(&value, bytes.data(), 8);
    return value;
  };
  out.reserve(count);
  switch (form) {
    case Form::Constant: out.assign(count, word()); break;
    case Form::Deltas: get_deltas(in, out, count); break;
    case Form::Dictionary: {
      const uint64_t size = in.varint();
      if (size > count) return false;
      std::vector<uint64_t> distinct;
      for (uint64_t i = 0; i < size; ++i) distinct.push_back(word());
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t at = in.varint();
        if (at >= distinct.size()) return false;
        out.push_back(distinct[at]);
      }
      break;
    }
    case Form::Planes: {
      const std::string_view bytes = in.take(count * 8);
      if (bytes.size() != count * 8) return false;
      out.assign(count, 0);
      for (size_t plane = 0; plane < 8; ++plane) {
        for (uint64_t i = 0; i < count; ++i) {
          out[i] = out[i] << 8 | static_cast<unsigned char>(bytes[plane * count + i]);
        }
      }
      break;
    }
    case Form::Decimal: {
      const uint8_t digits = in.byte();
      if (digits >= kPowers.size() || !get_deltas(in, out, count)) return false;
      for (uint64_t& value : out) {
        value = std::bit_cast<uint64_t>(static_cast<double>(static_cast<int64_t>(value)) / kPowers[digits]);
      }
      break;
    }
    default: return false;
  }
  return in.ok();
}

bool get_strings(Unpacker& in, Column& column, std::vector<uint64_t>& out, uint64_t count) {
  const uint64_t size = in.varint();
  if (size == 0 || size > count) return false;
  for (uint64_t i = 0; i < size; ++i) column.strings.emplace_back(in.bytes());
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = size > 1 ? in.varint() : 0;
    if (at >= size) return false;
    out.push_back(at);
  }
  return in.ok();
}

std::unexpected<Error> malformed() { return fail(ErrorCode::Malformed, "a block is damaged"); }

// Values of one column out of its bytes.
bool unpack_column(std::string_view bytes, uint8_t head, uint64_t rows, Column& column) {
  Unpacker in(bytes);
  uint64_t count = rows;
  if ((head & kSparse) != 0) {
    const std::string_view bitmap = in.take((rows + 7) / 8);
    if (!in.ok()) return false;
    column.present.resize(rows);
    count = 0;
    for (uint64_t i = 0; i < rows; ++i) {
      const bool has = (static_cast<unsigned char>(bitmap[i / 8]) >> (i % 8) & 1) != 0;
      column.present[i] = has;
      count += has ? 1 : 0;
    }
  }
  std::vector<uint64_t> values;
  const Form form{static_cast<uint8_t>(head & ~kSparse)};
  if (count > 0 && !(column.type == FieldType::String ? get_strings(in, column, values, count)
                                                      : get_numbers(in, form, values, count))) {
    return false;
  }
  if (column.present.empty()) {
    column.bits = std::move(values);
    return true;
  }
  column.bits.resize(rows);
  for (uint64_t i = 0, next = 0; i < rows; ++i) {
    if (column.present[i]) column.bits[i] = values[next++];
  }
  return true;
}

}  // namespace

BlockWriter::BlockWriter() : context_(ZSTD_createCCtx(), [](void* p) { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(p)); }) {
  auto* context = static_cast<ZSTD_CCtx*>(context_.get());
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
}

BlockWriter::Packed BlockWriter::pack(const Slice& rows, const FieldNumber& number) {
  Packed out;
  plain_.clear();
  put_varint(plain_, rows.columns.size());
  std::string bytes;
  std::vector<uint64_t> values;
  for (const Column& column : rows.columns) {
    bytes.clear();
    values.clear();
    uint8_t head = 0;
    if (!column.present.empty()) {
      head = kSparse;
      std::string bitmap((rows.times.size() + 7) / 8, '\0');
      for (size_t i = 0; i < rows.times.size(); ++i) {
        if (!column.present[i]) continue;
        bitmap[i / 8] = static_cast<char>(bitmap[i / 8] | 1 << (i % 8));
        values.push_back(column.bits[i]);
      }
      bytes += bitmap;
    } else {
      values = column.bits;
    }
    out.values += values.size();
    if (!values.empty()) {
      if (column.type == FieldType::String) {
        put_strings(bytes, column, values);
      } else {
        head |= static_cast<uint8_t>(put_numbers(bytes, values, column.type));
      }
    }
    put_varint(plain_, number(column));
    plain_.push_back(static_cast<char>(head));
    put_bytes(plain_, bytes);
  }
  out.data.resize(ZSTD_compressBound(plain_.size()));
  const size_t size = ZSTD_compress2(static_cast<ZSTD_CCtx*>(context_.get()), out.data.data(), out.data.size(),
                                     plain_.data(), plain_.size());
  out.data.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return out;
}

BlockReader::BlockReader() : context_(ZSTD_createDCtx(), [](void* p) { ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(p)); }) {}

Result<std::vector<Column>> BlockReader::unpack(std::string_view data, uint64_t rows, const FieldOfNumber& field_of) {
  const unsigned long long size = ZSTD_getFrameContentSize(data.data(), data.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMaxPlain || rows > kMaxBlockRows) {
    return malformed();
  }
  plain_.resize(size);
  const size_t got = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(context_.get()), plain_.data(), plain_.size(),
                                         data.data(), data.size());
  if (ZSTD_isError(got) != 0 || got != size) return malformed();

  std::vector<Column> out;
  Unpacker in(plain_);
  const uint64_t count = in.varint();
  if (count > kMaxColumns) return malformed();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t number = in.varint();
    const uint8_t head = in.byte();
    const std::string_view bytes = in.bytes();
    const FieldName* field = field_of(number);
    if (field == nullptr || !in.ok()) continue;
    Column& column = out.emplace_back();
    column.field = field->name;
    column.type = field->type;
    if (!unpack_column(bytes, head, rows, column)) return malformed();
  }
  if (!in.ok()) return malformed();
  std::ranges::sort(out, {}, &Column::field);
  return out;
}

}  // namespace inquest::store
