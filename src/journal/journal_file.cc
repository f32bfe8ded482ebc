#include "journal/journal_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "journal/hash.h"
#include "journal/payload.h"
#include "journal/scan.h"

namespace inquest::journal {
namespace {

constexpr uint64_t kSmallestHeader = 208;    // of the first version that had compression
constexpr uint64_t kLongestChain = 1 << 20;  // of a hash bucket; systemd rotates at 100

}  // namespace

JournalFile::JournalFile(std::string name, std::unique_ptr<Image> image, uint32_t index)
    : name_(std::move(name)), image_(std::move(image)), index_(index) {
  read_header();
  check_header();
  if (!has_header_ || damaged()) guess_layout();
}

JournalFile::~JournalFile() = default;

ScannedEntries& JournalFile::scanned() {
  if (!scanned_) scanned_ = std::make_unique<ScannedEntries>(*this);
  return *scanned_;
}

void JournalFile::note_damage(std::string_view what, uint64_t offset) {
  if (damage_.empty()) damage_ = fmt::format("{} at byte {}", what, offset);
}

void JournalFile::read_header() {
  const char* const at = image_->at(0, kSmallestHeader);
  if (at == nullptr) {
    note_damage("the file ends in its header", size());
    return;
  }
  if (std::string_view(at, kSignature.size()) != kSignature) {
    note_damage("the header is damaged: no signature", 0);
    return;
  }
  has_header_ = true;
  header_.incompatible = load<uint32_t>(at + 12);
  const auto state = static_cast<uint8_t>(at[16]);
  header_.state = state <= 2 ? static_cast<FileState>(state) : FileState::Unknown;
  header_.file_id = Id128::read(at + 24);
  header_.machine_id = Id128::read(at + 40);
  header_.boot_id = Id128::read(at + 56);
  header_.seqnum_id = Id128::read(at + 72);
  header_.size = load<uint64_t>(at + 88);
  header_.arena = load<uint64_t>(at + 96);
  header_.data_hash_table = load<uint64_t>(at + 104);
  header_.data_hash_table_size = load<uint64_t>(at + 112);
  header_.field_hash_table = load<uint64_t>(at + 120);
  header_.field_hash_table_size = load<uint64_t>(at + 128);
  header_.tail_object = load<uint64_t>(at + 136);
  header_.entries = load<uint64_t>(at + 152);
  header_.tail_seqnum = load<uint64_t>(at + 160);
  header_.head_seqnum = load<uint64_t>(at + 168);
  header_.entry_array = load<uint64_t>(at + 176);
  header_.head_realtime = load<uint64_t>(at + 184);
  header_.tail_realtime = load<uint64_t>(at + 192);
  constexpr uint64_t kWithTailArray = 264;
  if (header_.size >= kWithTailArray) {
    if (const char* const all = image_->at(0, kWithTailArray)) {
      header_.tail_entry_array = load<uint32_t>(all + 256);
      header_.tail_entry_array_items = load<uint32_t>(all + 260);
    }
  }
  layout_.compact = (header_.incompatible & kCompact) != 0;
}

// journal_file_verify_header() of systemd's journal-file.c, as far as it keeps a reader from wrong ways.
void JournalFile::check_header() {
  if (!has_header_) return;
  const FileHeader& h = header_;
  if ((h.incompatible & ~kAllIncompatible) != 0) note_damage("the header has flags that no version knows", 12);
  if (h.size < kSmallestHeader || h.size % 8 != 0 || h.size > size()) {
    note_damage("the header's size cannot be", 88);
    return;
  }
  if (h.arena > size() - h.size) note_damage("the file is cut: its header speaks of more", size());
  const auto table = [&](uint64_t offset, uint64_t length) {
    if (length == 0 && offset == 0) return true;
    return length != 0 && length % 16 == 0 && offset >= h.size && offset <= size() && length <= size() - offset;
  };
  if (!table(h.data_hash_table, h.data_hash_table_size)) note_damage("the data hash table lies outside", 104);
  if (!table(h.field_hash_table, h.field_hash_table_size)) note_damage("the field hash table lies outside", 120);
  if (h.entries > 0 && h.entry_array == 0) note_damage("the list of entries is missing", 176);
  if (h.tail_object != 0) {
    const char* const tail = image_->at(h.tail_object, kObjectHeader);
    if (tail == nullptr || h.tail_object % 8 != 0 || tail[0] < 1 || tail[0] > 7) {
      note_damage("the last object is not where the header says", std::min(h.tail_object, size()));
    }
  }
}

void JournalFile::guess_layout() {
  if (const auto found = find_layout(*image_)) layout_ = *found;
}

std::optional<Entry> JournalFile::entry(uint64_t offset) {
  const char* head = offset % 8 == 0 ? image_->at(offset, kEntryItems) : nullptr;
  if (head == nullptr || offset == 0 || static_cast<ObjectType>(head[0]) != ObjectType::Entry) return std::nullopt;
  const uint64_t length = load<uint64_t>(head + 8);
  const uint64_t item = layout_.entry_item();
  if (length < kEntryItems + item || (length - kEntryItems) % item != 0) return std::nullopt;
  const uint64_t items = (length - kEntryItems) / item;
  if (items > UINT32_MAX) return std::nullopt;
  head = image_->at(offset, length);
  if (head == nullptr) return std::nullopt;
  Entry entry;
  entry.offset = offset;
  entry.size = length;
  entry.seqnum = load<uint64_t>(head + 16);
  entry.realtime = load<uint64_t>(head + 24);
  entry.monotonic = load<uint64_t>(head + 32);
  entry.boot_id = Id128::read(head + 40);
  entry.xor_hash = load<uint64_t>(head + 56);
  entry.items = head + kEntryItems;
  entry.item_count = static_cast<uint32_t>(items);
  entry.compact = layout_.compact;
  if (entry.seqnum == 0 || entry.realtime == 0 || entry.realtime >= kTimeLimit || entry.monotonic >= kTimeLimit)
    return std::nullopt;
  return entry;
}

std::optional<Data> JournalFile::data(uint64_t offset) {
  const uint64_t before = layout_.data_payload();
  const char* head = offset % 8 == 0 ? image_->at(offset, before) : nullptr;
  if (head == nullptr || static_cast<ObjectType>(head[0]) != ObjectType::Data) return std::nullopt;
  Data data;
  data.offset = offset;
  data.size = load<uint64_t>(head + 8);
  data.flags = static_cast<uint8_t>(head[1]);
  if (data.size <= before || data.size > size() - offset || data.flags > kZstd || data.flags == (kXz | kLz4))
    return std::nullopt;
  head = image_->at(offset, data.size);
  data.next_in_field = load<uint64_t>(head + 32);
  data.entry = load<uint64_t>(head + 40);
  data.entry_array = load<uint64_t>(head + 48);
  data.entries = load<uint64_t>(head + 56);
  data.payload = std::string_view(head + before, data.size - before);
  return data;
}

std::optional<std::string_view> JournalFile::payload(const Data& data, std::string& scratch, uint64_t at_most) {
  if (data.flags == 0) return data.payload;
  if (!inflate(data.flags, data.payload, at_most, scratch)) return std::nullopt;
  return scratch;
}

std::optional<Entry> JournalFile::last_entry() {
  const uint64_t array = header_.tail_entry_array;
  const uint64_t items = header_.tail_entry_array_items;
  if (array == 0 || array % 8 != 0 || items == 0) return std::nullopt;
  const char* const head = image_->at(array, kArrayItems);
  if (head == nullptr || static_cast<ObjectType>(head[0]) != ObjectType::EntryArray) return std::nullopt;
  const char* const item = image_->at(array + kArrayItems + (items - 1) * layout_.array_item(), layout_.array_item());
  if (item == nullptr) return std::nullopt;
  const auto last = entry(layout_.compact ? load<uint32_t>(item) : load<uint64_t>(item));
  return last && last->seqnum == header_.tail_seqnum ? last : std::nullopt;
}

uint64_t JournalFile::hash(std::string_view bytes) const {
  return keyed() ? siphash24(bytes, header_.file_id) : jenkins64(bytes);
}

uint64_t JournalFile::bucket(uint64_t table, uint64_t table_size, uint64_t hash) {
  if (table_size < 16) return 0;
  const char* const at = image_->at(table + hash % (table_size / 16) * 16, 16);
  return at == nullptr ? 0 : load<uint64_t>(at);
}

std::optional<Data> JournalFile::find_data(std::string_view payload) {
  const uint64_t wanted = hash(payload);
  uint64_t at = bucket(header_.data_hash_table, header_.data_hash_table_size, wanted);
  // A chain goes forward in the file, so one that does not is a cycle or damage.
  for (uint64_t steps = 0, last = 0; at != 0; ++steps) {
    const auto object = data(at);
    if (!object || at <= last || steps == kLongestChain) {
      note_damage("a chain of the data hash table is broken", at);
      return std::nullopt;
    }
    const char* const head = image_->at(at, kEntryItems);
    if (load<uint64_t>(head + 16) == wanted) {
      const auto value = this->payload(*object, scratch_, payload.size() + 1);
      if (value && *value == payload) return object;
    }
    last = at;
    at = load<uint64_t>(head + 24);
  }
  return std::nullopt;
}

uint64_t JournalFile::first_data_of(std::string_view field) {
  const uint64_t wanted = hash(field);
  uint64_t at = bucket(header_.field_hash_table, header_.field_hash_table_size, wanted);
  for (uint64_t steps = 0, last = 0; at != 0; ++steps) {
    const char* head = at % 8 == 0 ? image_->at(at, kFieldPayload) : nullptr;
    const uint64_t length = head == nullptr ? 0 : load<uint64_t>(head + 8);
    if (length > kFieldPayload) head = image_->at(at, length);
    if (head == nullptr || static_cast<ObjectType>(head[0]) != ObjectType::Field || length <= kFieldPayload ||
        at <= last || steps == kLongestChain) {
      note_damage("a chain of the field hash table is broken", at);
      return 0;
    }
    if (std::string_view(head + kFieldPayload, length - kFieldPayload) == field) return load<uint64_t>(head + 32);
    last = at;
    at = load<uint64_t>(head + 24);
  }
  return 0;
}

}  // namespace inquest::journal
