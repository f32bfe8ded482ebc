#include "record/syslog_framing.h"

#include <algorithm>

namespace inquest::record {
namespace {

constexpr size_t kMostDigits = 7;

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool SyslogFraming::read_length(std::string_view bytes, size_t& prefix) {
  prefix = 0;
  counted_ = 0;
  if (bytes.empty()) return false;
  if (bytes[0] < '1' || bytes[0] > '9') return true;
  size_t length = 0;
  size_t at = 0;
  for (; at < bytes.size() && at < kMostDigits && digit(bytes[at]); ++at) {
    length = length * 10 + static_cast<size_t>(bytes[at] - '0');
  }
  if (at == bytes.size()) return false;
  if (bytes[at] != ' ') return true;
  if (at + 1 == bytes.size()) return false;
  if (bytes[at + 1] != '<') return true;
  prefix = at + 1;
  counted_ = length;
  return true;
}

void SyslogFraming::pass(std::string_view bytes, bool cut, const Take& take) {
  if (!bytes.empty()) take({bytes, cut, continues_});
  continues_ = cut;
}

// Takes what it can of `bytes`, which go on where the last call stopped. 0 where more are needed.
size_t SyslogFraming::step(std::string_view bytes, const Take& take) {
  if (!begun_) {
    size_t prefix = 0;
    if (!read_length(bytes, prefix)) return 0;
    begun_ = true;
    if (prefix != 0) return prefix;
  }
  if (counted_ != 0) {
    const size_t wanted = std::min(counted_, kLongest);
    if (bytes.size() < wanted) return 0;
    counted_ -= wanted;
    std::string_view frame = bytes.substr(0, wanted);
    // Some count the newline that they end with all the same.
    if (counted_ == 0 && frame.ends_with('\n')) frame.remove_suffix(1);
    pass(frame, counted_ != 0, take);
    begun_ = counted_ != 0;
    return wanted;
  }
  const std::string_view window = bytes.substr(0, kLongest);
  const size_t end = std::min(window.find('\n'), window.find('\0'));
  if (end == std::string_view::npos) {
    if (window.size() < kLongest) return 0;
    pass(window, true, take);
    return window.size();
  }
  std::string_view frame = bytes.substr(0, end);
  if (frame.ends_with('\r')) frame.remove_suffix(1);
  pass(frame, false, take);
  begun_ = false;
  return end + 1;
}

void SyslogFraming::feed(std::string_view bytes, const Take& take) {
  std::string joined;
  if (!held_.empty()) {
    held_ += bytes;
    joined.swap(held_);
    bytes = joined;
  }
  while (!bytes.empty()) {
    const size_t used = step(bytes, take);
    if (used == 0) break;
    bytes.remove_prefix(used);
  }
  held_.assign(bytes);
}

void SyslogFraming::finish(const Take& take) {
  const bool incomplete = counted_ != 0;
  if (!held_.empty()) pass(held_, incomplete || continues_, take);
  held_.clear();
  counted_ = 0;
  begun_ = false;
  continues_ = false;
}

}  // namespace inquest::record
