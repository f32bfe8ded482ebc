#include "decode/line_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

}  // namespace

void LineReader::hand_over(std::string_view text, uint64_t offset) {
  while (text.ends_with('\r') || text.ends_with('\0')) text.remove_suffix(1);
  if (number_ == 0 && text.starts_with(kBom)) {
    text.remove_prefix(kBom.size());
    offset += kBom.size();
  }
  const Place place{offset, static_cast<uint32_t>(text.size()), number_ + 1};
  if (dropped_ != 0) {
    sink_.problem(place, fmt::format("line longer than {} bytes: the rest of it was skipped", kMaxLine));
    dropped_ = 0;
  }
  line(text, place);
}

void LineReader::note_nuls(uint64_t end) {
  if (!noted_nuls_) {
    sink_.problem({end - nuls_, 0, number_ + 1},
                  "NUL bytes around a line: a write that never reached the disk, or padding");
  }
  noted_nuls_ = true;
  nuls_ = 0;
}

void LineReader::carry(std::string_view text) {
  const size_t kept = std::min(text.size(), kMaxLine - carry_.size());
  carry_.append(text.substr(0, kept));
  dropped_ += text.size() - kept;
}

// Adds to the carried line. Its NULs are not kept but counted until it is known what comes behind them.
void LineReader::gather(std::string_view part, uint64_t offset) {
  while (!part.empty()) {
    const bool nul = part[0] == '\0';
    const std::string_view run = part.substr(0, nul ? part.find_first_not_of('\0') : part.find('\0'));
    if (nul) {
      nuls_ += run.size();
    } else {
      if (nuls_ >= kGap || (nuls_ != 0 && carry_.empty())) {
        note_nuls(offset);
        if (!carry_.empty()) hand_over(carry_, carry_offset_);
        carry_.clear();
      }
      if (carry_.empty()) carry_offset_ = offset;
      static constexpr std::array<char, kGap> kNuls{};
      carry({kNuls.data(), std::exchange(nuls_, 0)});
      carry(run);
    }
    offset += run.size();
    part.remove_prefix(run.size());
  }
}

// Ends the carried line, whose end lies at `offset`.
void LineReader::end_line(uint64_t offset) {
  if (nuls_ != 0) note_nuls(offset);
  hand_over(carry_, carry_.empty() ? offset : carry_offset_);
  carry_.clear();
  noted_nuls_ = false;
  ++number_;
}

void LineReader::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const auto find = [end](const char* from, char what) {
    const auto* found = static_cast<const char*>(std::memchr(from, what, static_cast<size_t>(end - from)));
    return found != nullptr ? found : end;
  };
  for (const char* nul = at; at != end;) {
    if (nul <= at) nul = find(at, '\0');
    const char* const stop = find(at, '\n');
    const std::string_view text(at, static_cast<size_t>(stop - at));
    if (stop != end && stop < nul && carry_.empty() && nuls_ == 0 && text.size() <= kMaxLine) {
      hand_over(text, offset_);
      ++number_;
    } else {
      gather(text, offset_);
      if (stop != end) end_line(offset_ + text.size());
    }
    const size_t used = text.size() + (stop != end ? 1 : 0);
    offset_ += used;
    at += used;
  }
}

void LineReader::finish() {
  if (!carry_.empty() || nuls_ != 0) end_line(offset_);
  sink_.set_lines(number_);
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
  sink_.set_lines(line_starts_.size());
  std::string_view text = bytes_;
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  whole(text);
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
