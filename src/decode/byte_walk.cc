#include "decode/byte_walk.h"

namespace inquest::decode {

bool ByteWalk::skip(uint64_t count) {
  if (count > left()) return false;
  at_ += count;
  return true;
}

std::optional<std::string_view> ByteWalk::take(size_t count) {
  if (count > left()) return std::nullopt;
  buffer_.resize(count);
  const auto got = source_.read_at(at_, buffer_);
  if (!got || *got != count) return std::nullopt;
  at_ += count;
  return std::string_view(buffer_.data(), count);
}

}  // namespace inquest::decode
