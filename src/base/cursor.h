// The one way that binary input is read: a bounds-checked cursor over bytes that somebody else owns.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/error.h"

namespace inquest {

enum class ByteOrder : uint8_t { Little, Big };

// Reads forward through a span. Every failure names `where` and the offset, and leaves the position where it was.
// The span and the text behind `where` must outlive the cursor; views that it returns live as long as the span.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes, std::string_view where = {}, ByteOrder order = ByteOrder::Little,
                  uint64_t base_offset = 0)
      : bytes_(bytes), where_(where), base_(base_offset), order_(order) {}
  explicit Cursor(std::string_view bytes, std::string_view where = {}, ByteOrder order = ByteOrder::Little,
                  uint64_t base_offset = 0)
      : Cursor(std::as_bytes(std::span(bytes)), where, order, base_offset) {}

  uint64_t position() const { return base_ + pos_; }  // offset in the whole input
  size_t remaining() const { return bytes_.size() - pos_; }
  bool at_end() const { return remaining() == 0; }

  template <std::unsigned_integral T>
  Result<T> read() {
    if (remaining() < sizeof(T)) return truncated(sizeof(T));
    T value{};
    std::memcpy(&value, bytes_.data() + pos_, sizeof(T));
    pos_ += sizeof(T);
    const bool swap = (order_ == ByteOrder::Big) != (std::endian::native == std::endian::big);
    if constexpr (sizeof(T) == 2) return swap ? __builtin_bswap16(value) : value;
    if constexpr (sizeof(T) == 4) return swap ? __builtin_bswap32(value) : value;
    if constexpr (sizeof(T) == 8) return swap ? __builtin_bswap64(value) : value;
    return value;
  }

  // The next `count` bytes, as a view.
  Result<std::span<const std::byte>> take(size_t count);
  // The next `count` bytes up to the first NUL: a fixed-size C string field, as a view.
  Result<std::string_view> take_cstr(size_t count);
  Result<void> skip(size_t count);
  // Moves to an absolute offset inside the span.
  Result<void> seek(uint64_t offset);

 private:
  std::unexpected<Error> truncated(size_t wanted) const;

  std::span<const std::byte> bytes_;
  std::string_view where_;
  uint64_t base_ = 0;
  size_t pos_ = 0;
  ByteOrder order_;
};

}  // namespace inquest
