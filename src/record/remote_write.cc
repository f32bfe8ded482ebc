#include "record/remote_write.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include <snappy.h>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/time.h"
#include "store/line_protocol.h"
#include "store/rows.h"

namespace inquest::record {
namespace {

constexpr size_t kMostLabels = 256;  // of a series

// A protobuf message's fields, one after the other.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : left_(bytes) {}

  enum class Wire : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

  // Moves to the next field; false at the end, and where what follows is none.
  bool next() {
    if (left_.empty()) return false;
    uint64_t tag = 0;
    if (!varint(tag) || tag >> 3U == 0 || tag >> 3U > kMostFields) return damaged();
    number_ = static_cast<uint32_t>(tag >> 3U);
    wire_ = static_cast<Wire>(tag & 7U);
    switch (wire_) {
      case Wire::Varint: return varint(value_) || damaged();
      case Wire::Fixed64: return fixed(8) || damaged();
      case Wire::Fixed32: return fixed(4) || damaged();
      case Wire::Bytes: break;
      default: return damaged();  // groups, which nobody sends
    }
    uint64_t length = 0;
    if (!varint(length) || length > left_.size()) return damaged();
    bytes_ = left_.substr(0, length);
    left_.remove_prefix(length);
    return true;
  }
  bool is(uint32_t number, Wire wire) const { return number_ == number && wire_ == wire; }
  uint64_t value() const { return value_; }
  std::string_view bytes() const { return bytes_; }
  bool good() const { return good_; }

 private:
  static constexpr uint64_t kMostFields = (1U << 29U) - 1;

  bool damaged() {
    good_ = false;
    left_ = {};
    return false;
  }
  bool varint(uint64_t& out) {
    out = 0;
    for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      if (shift == 63 && byte > 1) return false;
      out |= uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80U) == 0) return true;
    }
    return false;
  }
  bool fixed(size_t size) {
    if (left_.size() < size) return false;
    value_ = 0;
    for (size_t i = size; i-- > 0;) value_ = value_ << 8U | static_cast<unsigned char>(left_[i]);
    left_.remove_prefix(size);
    return true;
  }

  std::string_view left_;
  uint32_t number_ = 0;
  Wire wire_ = Wire::Varint;
  uint64_t value_ = 0;
  std::string_view bytes_;
  bool good_ = true;
};

using Wire = Fields::Wire;

// TimeSeries: labels (1), then samples (2); a reader must not rely on the order.
class Series {
 public:
  explicit Series(RemoteWrite& out) : out_(out) {}

  // False where it is damaged.
  bool read(std::string_view bytes) {
    key_.measurement.clear();
    key_.tags.clear();
    Fields fields(bytes);
    while (fields.next()) {
      if (fields.is(1, Wire::Bytes) && !label(fields.bytes())) return false;
    }
    if (!fields.good()) return false;
    std::ranges::sort(key_.tags);
    head_ = key_.measurement.empty() ? std::string() : store::format_series(key_);
    Fields again(bytes);
    while (again.next()) {
      if (again.is(2, Wire::Bytes) && !sample(again.bytes())) return false;
    }
    return true;
  }

 private:
  bool label(std::string_view bytes) {
    std::string_view name;
    std::string_view value;
    Fields fields(bytes);
    while (fields.next()) {
      if (fields.is(1, Wire::Bytes)) name = fields.bytes();
      if (fields.is(2, Wire::Bytes)) value = fields.bytes();
    }
    if (!fields.good() || key_.tags.size() >= kMostLabels) return false;
    if (name == "__name__") {
      key_.measurement = value;
    } else if (!name.empty() && !value.empty()) {
      key_.tags.emplace_back(name, value);
    }
    return true;
  }

  bool sample(std::string_view bytes) {
    double value = 0;
    auto time = int64_t{0};
    Fields fields(bytes);
    while (fields.next()) {
      if (fields.is(1, Wire::Fixed64)) value = std::bit_cast<double>(fields.value());
      if (fields.is(2, Wire::Varint)) time = static_cast<int64_t>(fields.value());
    }
    if (!fields.good()) return false;
    const auto ns = checked_mul<Ns>(time, kMilli);
    if (head_.empty() || !std::isfinite(value) || !ns) {
      ++out_.left_out;
      return true;
    }
    ++out_.samples;
    fmt::format_to(std::back_inserter(out_.lines), "{} value={} {}\n", head_, value, *ns);
    return true;
  }

  RemoteWrite& out_;
  store::SeriesKey key_;
  std::string head_;
};

}  // namespace

Result<RemoteWrite> decode_remote_write(std::string_view body, uint64_t most_inflated) {
  size_t length = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &length))
    return fail(ErrorCode::Malformed, "the body is no block of snappy");
  // Nothing compresses to less than a 64th there, so a length that claims more is a lie that would cost memory.
  if (length > most_inflated || length / 64 > body.size() + 64)
    return fail(ErrorCode::Limit, "the body is too large once it is inflated");
  std::string message;
  if (!snappy::Uncompress(body.data(), body.size(), &message))
    return fail(ErrorCode::Malformed, "the block of snappy is damaged");

  RemoteWrite out;
  Series series(out);
  Fields fields(message);
  while (fields.next()) {
    if (fields.is(1, Wire::Bytes) && !series.read(fields.bytes()))
      return fail(ErrorCode::Malformed, "the message holds a damaged series");
  }
  if (!fields.good()) return fail(ErrorCode::Malformed, "the message is no protobuf");
  return out;
}

}  // namespace inquest::record
