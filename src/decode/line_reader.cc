#include "decode/line_reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::decode {

void LineReader::whole_line(std::string_view text, uint64_t offset) {
  ++number_;
  while (text.ends_with('\r')) text.remove_suffix(1);
  if (!text.empty() && (text.front() == '\0' || text.back() == '\0')) {
    const size_t first = text.find_first_not_of('\0');
    const size_t skipped = first == std::string_view::npos ? text.size() : first;
    const Place at{offset, static_cast<uint32_t>(text.size()), number_};
    text.remove_prefix(skipped);
    offset += skipped;
    while (text.ends_with('\0')) text.remove_suffix(1);
    while (text.ends_with('\r')) text.remove_suffix(1);
    sink_.problem(at, "NUL bytes around a line: a write that never reached the disk, or padding");
  }
  if (number_ == 1 && text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
    offset += 3;
  }
  const Place place{offset, static_cast<uint32_t>(text.size()), number_};
  if (dropped_ != 0) {
    sink_.problem(place, fmt::format("line longer than {} bytes: the rest of it was skipped", kMaxLine));
    dropped_ = 0;
  }
  line(text, place);
}

void LineReader::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    const char* stop = newline != nullptr ? newline : end;
    const auto length = static_cast<size_t>(stop - at);
    if (newline != nullptr && carry_.empty() && length <= kMaxLine) {
      whole_line({at, length}, offset_);
    } else {
      if (carry_.empty()) carry_offset_ = offset_;
      const size_t room = kMaxLine - std::min(carry_.size(), kMaxLine);
      carry_.append(at, std::min(length, room));
      dropped_ += length - std::min(length, room);
      if (newline != nullptr) {
        whole_line(carry_, carry_offset_);
        carry_.clear();
      }
    }
    offset_ += length + (newline != nullptr ? 1 : 0);
    at = newline != nullptr ? newline + 1 : end;
  }
}

void LineReader::finish() {
  if (!carry_.empty()) {
    whole_line(carry_, carry_offset_);
    carry_.clear();
  }
  sink_.into().evidence[sink_.evidence()].lines = number_;
  end();
}

void WholeReader::feed(std::string_view bytes) {
  if (bytes_.size() + bytes.size() > kMaxWhole) {
    too_large_ = true;
    bytes = bytes.substr(0, kMaxWhole - bytes_.size());
  }
  bytes_.append(bytes);
}

void WholeReader::finish() {
  if (too_large_) {
    sink_.refuse({}, fmt::format("larger than {} MiB, which no file of this format is", kMaxWhole >> 20));
    return;
  }
  for (size_t at = 0; at < bytes_.size();) {
    line_starts_.push_back(static_cast<uint32_t>(at));
    const size_t end = bytes_.find('\n', at);
    at = end == std::string::npos ? bytes_.size() : end + 1;
  }
  sink_.into().evidence[sink_.evidence()].lines = line_starts_.size();
  whole(bytes_);
}

Place WholeReader::place_of(std::string_view part) const {
  const auto offset = static_cast<size_t>(part.data() - bytes_.data());
  const auto line = std::ranges::upper_bound(line_starts_, offset) - line_starts_.begin();
  return {offset, static_cast<uint32_t>(part.size()), static_cast<uint32_t>(line)};
}

Place WholeReader::place_of_line(size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const size_t start = line_starts_[number - 1];
  const size_t end = number < line_starts_.size() ? line_starts_[number] : bytes_.size();
  const std::string_view text = trim(std::string_view(bytes_).substr(start, end - start));
  if (text.empty()) return {start, 0, static_cast<uint32_t>(number)};
  return place_of(text);
}

}  // namespace inquest::decode
