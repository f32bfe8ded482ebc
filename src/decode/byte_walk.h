// Going through a binary file at random: forward, with jumps, whole pieces only.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "model/evidence.h"

namespace inquest::decode {

// For the study of files whose records say how long they are. The source must outlive it.
class ByteWalk {
 public:
  ByteWalk(model::ByteSource& source, uint64_t size) : source_(source), size_(size) {}

  uint64_t at() const { return at_; }
  uint64_t left() const { return size_ - at_; }

  // Moves on by `count`; false, and not moved, beyond the end.
  bool skip(uint64_t count);
  // The next `count` bytes, all of them, valid until the next call. Nothing, and not moved, where they are not there.
  std::optional<std::string_view> take(size_t count);

 private:
  model::ByteSource& source_;
  uint64_t size_;
  uint64_t at_ = 0;
  std::string buffer_;
};

// A little-endian number at a place of a structure; 0 beyond its end.
template <std::unsigned_integral T>
T number_at(std::string_view bytes, size_t at) {
  return at > bytes.size() ? T{0} : Cursor(bytes.substr(at)).read<T>().value_or(0);
}

}  // namespace inquest::decode
