#include "journal/scan.h"

#include <algorithm>

#include "journal/payload.h"

namespace inquest::journal {
namespace {

constexpr uint64_t kRelaxed = 16 << 20;              // bytes between two calls of relax() where nothing is found
constexpr uint64_t kFarthest = uint64_t{1} << 48;    // no file is larger
constexpr uint64_t kEarliest = 946'684'800'000'000;  // 2000-01-01 in microseconds: no journal is older

bool all_zero(const char* from, uint64_t length) {
  for (uint64_t i = 0; i < length; i += 8) {
    if (load<uint64_t>(from + i) != 0) return false;
  }
  return true;
}

// "MESSAGE=..." at the front.
bool begins_with_field(std::string_view payload) {
  const size_t equals = payload.substr(0, 65).find('=');
  return equals != std::string_view::npos && field_name(payload.substr(0, equals));
}

bool begins_compressed(uint8_t flags, std::string_view payload) {
  static constexpr std::string_view kXzMagic{
      "\xFD"
      "7zXZ\0",
      6};
  static constexpr std::string_view kZstdMagic{"\x28\xB5\x2F\xFD"};
  if (flags == kXz) return payload.starts_with(kXzMagic);
  if (flags == kZstd) return payload.starts_with(kZstdMagic);
  return flags == kLz4 && payload.size() > 8 && load<uint64_t>(payload.data()) <= kLargestPayload;
}

}  // namespace

bool Scanner::plausible_entry(const char* head, const FoundObject& object) {
  const uint64_t item = layout_.entry_item();
  if (object.size < kEntryItems + item || (object.size - kEntryItems) % item != 0) return false;
  const uint64_t realtime = load<uint64_t>(head + 24);
  if (load<uint64_t>(head + 16) == 0 || realtime < kEarliest || realtime >= kTimeLimit) return false;
  if (load<uint64_t>(head + 32) >= kTimeLimit || Id128::read(head + 40).null()) return false;
  // Data objects are written before the entry that has them.
  const uint64_t first = layout_.compact ? load<uint32_t>(head + kEntryItems) : load<uint64_t>(head + kEntryItems);
  return first % 8 == 0 && first >= 64 && first < object.offset;
}

bool Scanner::plausible(uint64_t offset, FoundObject& object) {
  const char* head = image_->at(offset, kObjectHeader);
  if (head == nullptr) return false;
  // Type, flags and reserved bytes in one look.
  const uint64_t first = load<uint64_t>(head);
  const uint64_t type = first & 0xFF;
  if (type < 1 || type > 7 || first >> 16 != 0) return false;
  const auto flags = static_cast<uint8_t>(first >> 8);
  object.offset = offset;
  object.type = static_cast<ObjectType>(type);
  object.size = load<uint64_t>(head + 8);
  if (flags != 0 && (object.type != ObjectType::Data || (flags != kXz && flags != kLz4 && flags != kZstd)))
    return false;
  if (object.size <= kObjectHeader || object.size > image_->size() - offset) return false;
  // Only the front of a large object is looked at.
  const uint64_t looked = std::min<uint64_t>(object.size, 160);
  if ((object.type == ObjectType::Data && object.size <= layout_.data_payload()) ||
      (object.type == ObjectType::Entry && object.size < kEntryItems + layout_.entry_item()) ||
      (object.type == ObjectType::Field && object.size <= kFieldPayload))
    return false;
  head = image_->at(offset, looked);
  switch (object.type) {
    case ObjectType::Data: {
      const uint64_t before = layout_.data_payload();
      const std::string_view payload(head + before, looked - before);
      return flags == 0 ? begins_with_field(payload) : begins_compressed(flags, payload);
    }
    case ObjectType::Entry: return plausible_entry(head, object);
    case ObjectType::Field:
      return field_name(std::string_view(head + kFieldPayload, looked - kFieldPayload)) && looked == object.size;
    case ObjectType::EntryArray: {
      if (object.size < kArrayItems || (object.size - kArrayItems) % layout_.array_item() != 0) return false;
      // Further arrays lie behind this one; in a file that is cut, behind its end.
      const uint64_t next = load<uint64_t>(head + 16);
      return next % 8 == 0 && next < kFarthest && (next == 0 || next > offset);
    }
    case ObjectType::DataHashTable:
    case ObjectType::FieldHashTable: {
      if (object.size < 32 || object.size % 16 != 0) return false;
      const uint64_t item = load<uint64_t>(head + 16);
      return item % 8 == 0 && item < kFarthest;
    }
    case ObjectType::Tag: return object.size == kTagSize;
    case ObjectType::Unused: break;
  }
  return false;
}

bool Scanner::may_follow(uint64_t offset) {
  if (offset + kObjectHeader > image_->size()) return true;
  const char* const head = image_->at(offset, kObjectHeader);
  if (all_zero(head, kObjectHeader)) return true;
  FoundObject object;
  return plausible(offset, object);
}

bool Scanner::next(FoundObject& object) {
  gap_begin_ = std::max(at_, covered_);
  gap_end_ = gap_begin_;
  uint64_t since_relaxed = 0;
  while (at_ <= image_->size() && image_->size() - at_ >= kObjectHeader) {
    if (plausible(at_, object)) {
      gap_end_ = std::max(at_, gap_begin_);
      const uint64_t end = aligned(object.offset + object.size);
      covered_ = std::max(covered_, end);
      // A size that leads nowhere may be damaged: what it would skip is looked at.
      at_ = may_follow(end) ? end : at_ + kObjectHeader;
      return true;
    }
    at_ += 8;
    since_relaxed += 8;
    if (since_relaxed >= kRelaxed) {
      image_->relax();
      since_relaxed = 0;
    }
  }
  at_ = std::max(at_, image_->size());
  gap_end_ = std::max(gap_begin_, image_->size());
  return false;
}

std::optional<Layout> find_layout(Image& image) {
  constexpr uint64_t kEnough = 200;              // entries
  constexpr uint64_t kFarEnough = 256ULL << 20;  // bytes
  double best = 0;
  std::optional<Layout> found;
  for (const bool compact : {true, false}) {
    const Layout layout{compact};
    Scanner scanner(image, layout, 0);
    FoundObject object;
    uint64_t entries = 0;
    double whole = 0;  // the shares of each entry's items that are data objects: read wrongly, it is at most a quarter
    while (entries < kEnough && scanner.position() < kFarEnough && scanner.next(object)) {
      image.relax();
      if (object.type != ObjectType::Entry) continue;
      ++entries;
      const char* const items = image.at(object.offset, object.size);
      const uint64_t count = std::min<uint64_t>((object.size - kEntryItems) / layout.entry_item(), 64);
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t item =
            compact ? load<uint32_t>(items + kEntryItems + i * 4) : load<uint64_t>(items + kEntryItems + i * 16);
        const char* const data = item % 8 == 0 ? image.at(item, kObjectHeader) : nullptr;
        if (data != nullptr && static_cast<ObjectType>(data[0]) == ObjectType::Data)
          whole += 1.0 / static_cast<double>(count);
      }
    }
    if (whole > best) {
      best = whole;
      found = layout;
    }
  }
  image.relax();
  return found;
}

ScannedEntries::ScannedEntries(JournalFile& file) : file_(file) {
  Image& image = file.image();
  Scanner scanner(image, file.layout(), file.has_header() ? std::min<uint64_t>(file.header().size, 4096) : 0);
  FoundObject object;
  std::optional<uint64_t> before;
  std::vector<size_t> waiting;  // gaps whose next entry is not known yet
  bool more = true;
  while (more) {
    more = scanner.next(object);
    image.relax();
    // Zeros at the very end are room that was never written to.
    if (scanner.gap_end() > scanner.gap_begin()) {
      uint64_t end = scanner.gap_end();
      if (!more) {
        while (end >= scanner.gap_begin() + 8 && end % 8 == 0 && all_zero(image.at(end - 8, 8), 8)) {
          end -= 8;
          if (end % kRelaxed == 0) image.relax();
        }
      }
      if (end > scanner.gap_begin()) {
        gap_bytes_ += end - scanner.gap_begin();
        if (gaps_.size() < kMostGaps) {
          waiting.push_back(gaps_.size());
          gaps_.push_back({scanner.gap_begin(), end, before, std::nullopt});
        }
      }
    }
    if (!more || object.type != ObjectType::Entry || !file.entry(object.offset)) continue;
    if (count_ % kStretch == 0) marks_.push_back(object.offset);
    ++count_;
    before = object.offset;
    for (const size_t gap : waiting) gaps_[gap].after = object.offset;
    waiting.clear();
  }
}

void ScannedEntries::fill(uint64_t stretch) {
  stretch_.clear();
  filled_ = stretch;
  Scanner scanner(file_.image(), file_.layout(), marks_[stretch]);
  FoundObject object;
  const uint64_t wanted = std::min(kStretch, count_ - stretch * kStretch);
  while (stretch_.size() < wanted && scanner.next(object)) {
    file_.image().relax();
    if (object.type == ObjectType::Entry && file_.entry(object.offset)) stretch_.push_back(object.offset);
  }
  // A file that changes while it is read may have fewer now.
  stretch_.resize(wanted, file_.size());
}

uint64_t ScannedEntries::at(uint64_t index) {
  const uint64_t stretch = index / kStretch;
  if (stretch != filled_) fill(stretch);
  return stretch_[index % kStretch];
}

uint64_t ScannedEntries::lower_bound(uint64_t offset) {
  if (count_ == 0) return 0;
  const auto behind = std::ranges::upper_bound(marks_, offset);
  if (behind == marks_.begin()) return 0;
  const auto stretch = static_cast<uint64_t>(behind - marks_.begin() - 1);
  if (stretch != filled_) fill(stretch);
  const auto found = std::ranges::lower_bound(stretch_, offset);
  return stretch * kStretch + static_cast<uint64_t>(found - stretch_.begin());
}

}  // namespace inquest::journal
