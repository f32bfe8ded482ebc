// Numbers in as few bytes as they need: seven bits a byte, the lowest first; signed ones zigzagged.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace inquest::store {

inline void put_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}
inline uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t unzigzag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }
inline void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out += bytes;
}

// Reads what the functions above wrote, and anything else without harm: past the end come zeros, and ok() turns false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }

  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) break;
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return failed();
  }
  int64_t signed_varint() { return unzigzag(varint()); }
  uint8_t byte() {
    if (at_ == end_) return static_cast<uint8_t>(failed());
    return static_cast<uint8_t>(*at_++);
  }
  // The next `size` bytes, as a view; empty past the end.
  std::string_view take(uint64_t size) {
    if (size > remaining()) {
      failed();
      return {};
    }
    const std::string_view out(at_, size);
    at_ += size;
    return out;
  }
  std::string_view bytes() { return take(varint()); }

 private:
  uint64_t failed() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace inquest::store
