#include "base/cursor.h"

#include <fmt/format.h>

namespace inquest {

std::unexpected<Error> Cursor::truncated(size_t wanted) const {
  return fail(Error{ErrorCode::Truncated,
                    fmt::format("{} bytes wanted at offset {}, {} left", wanted, position(), remaining()),
                    std::string(where_), position(), 0});
}

Result<std::span<const std::byte>> Cursor::take(size_t count) {
  if (remaining() < count) return truncated(count);
  const auto out = bytes_.subspan(pos_, count);
  pos_ += count;
  return out;
}

Result<std::string_view> Cursor::take_cstr(size_t count) {
  auto field = take(count);
  if (!field) return fail(std::move(field.error()));
  const std::string_view all(reinterpret_cast<const char*>(field->data()), field->size());
  return all.substr(0, all.find('\0'));
}

Result<void> Cursor::skip(size_t count) {
  if (remaining() < count) return truncated(count);
  pos_ += count;
  return {};
}

Result<void> Cursor::seek(uint64_t offset) {
  if (offset < base_ || offset - base_ > bytes_.size()) {
    return fail(Error{ErrorCode::Truncated, fmt::format("offset {} lies outside of the input", offset),
                      std::string(where_), position(), 0});
  }
  pos_ = static_cast<size_t>(offset - base_);
  return {};
}

}  // namespace inquest
