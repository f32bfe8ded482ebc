#include "decode/fixed_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::decode {

void FixedReader::feed(std::string_view bytes) {
  if (!carry_.empty()) {
    const size_t missing = std::min(size_ - carry_.size(), bytes.size());
    carry_.append(bytes.substr(0, missing));
    bytes.remove_prefix(missing);
    if (carry_.size() < size_) return;
    whole_record(carry_);
    carry_.clear();
  }
  while (bytes.size() >= size_) {
    whole_record(bytes.substr(0, size_));
    bytes.remove_prefix(size_);
  }
  carry_ = bytes;
}

void FixedReader::finish() {
  if (!carry_.empty()) {
    sink_.problem({offset_, static_cast<uint32_t>(carry_.size()), 0},
                  fmt::format("the last record is cut: {} of {} bytes", carry_.size(), size_));
  }
  end();
}

void FixedReader::whole_record(std::string_view bytes) {
  const Place place{offset_, static_cast<uint32_t>(size_), 0};
  offset_ += size_;
  record(bytes, place);
}

std::optional<std::string_view> padded_text(std::string_view field) {
  const size_t end = std::min(field.find('\0'), field.size());
  const auto text = field.substr(0, end);
  const bool printable = std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
  const bool padded = field.substr(end).find_first_not_of('\0') == std::string_view::npos;
  return printable && padded ? std::optional(text) : std::nullopt;
}

}  // namespace inquest::decode
