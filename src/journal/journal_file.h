// One journal file: its header and its objects, each checked before it is believed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/image.h"
#include "journal/layout.h"

namespace inquest::journal {

class ScannedEntries;

enum class FileState : uint8_t { Offline, Online, Archived, Unknown };

// What the file says of itself. Where it is damaged, fields are as they stand or zero.
struct FileHeader {
  uint32_t incompatible = 0;
  FileState state = FileState::Unknown;
  Id128 file_id;
  Id128 machine_id;
  Id128 boot_id;
  Id128 seqnum_id;
  uint64_t size = 0;   // of the header
  uint64_t arena = 0;  // bytes behind it
  uint64_t data_hash_table = 0;
  uint64_t data_hash_table_size = 0;
  uint64_t field_hash_table = 0;
  uint64_t field_hash_table_size = 0;
  uint64_t tail_object = 0;
  uint64_t entries = 0;
  uint64_t tail_seqnum = 0;
  uint64_t head_seqnum = 0;
  uint64_t entry_array = 0;
  uint64_t head_realtime = 0;
  uint64_t tail_realtime = 0;
  uint64_t tail_entry_array = 0;        // from v252 on: the last array of entry_array's chain
  uint64_t tail_entry_array_items = 0;  // and how many entries are in it
};

// An entry object. `items` is valid as long as views of the image are.
struct Entry {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t seqnum = 0;
  uint64_t realtime = 0;   // microseconds since 1970, UTC
  uint64_t monotonic = 0;  // microseconds since that boot
  Id128 boot_id;
  uint64_t xor_hash = 0;
  const char* items = nullptr;
  uint32_t item_count = 0;
  bool compact = false;

  // The offset of the item's data object, as the file has it.
  uint64_t item(uint32_t index) const {
    return compact ? load<uint32_t>(items + uint64_t{index} * 4) : load<uint64_t>(items + uint64_t{index} * 16);
  }
};

// A data object: one FIELD=VALUE, which entries share.
struct Data {
  uint64_t offset = 0;
  uint64_t size = 0;         // of the object
  uint8_t flags = 0;         // how `payload` is compressed
  uint64_t entry = 0;        // the first entry that has it
  uint64_t entry_array = 0;  // of the further ones
  uint64_t entries = 0;      // how many have it
  uint64_t next_in_field = 0;
  std::string_view payload;  // valid as long as views of the image are
};

// A view lives until the image's relax(). Where that is mapped, entry(), data() and payload() may be called by several
// threads; nothing else may.
class JournalFile {
 public:
  // Takes any bytes: where the header says nothing true, `damage` tells, and objects are found by scan (scan.h).
  JournalFile(std::string name, std::unique_ptr<Image> image, uint32_t index = 0);
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;
  ~JournalFile();

  const std::string& name() const { return name_; }
  uint32_t index() const { return index_; }  // tells files apart in caches
  const FileHeader& header() const { return header_; }
  Layout layout() const { return layout_; }
  bool keyed() const { return (header_.incompatible & kKeyedHash) != 0; }
  Image& image() { return *image_; }
  uint64_t size() const { return image_->size(); }

  // Why the file's own indexes are not to be trusted; empty where nothing is known to be wrong. What is found on the
  // way through the file is noted by note_damage, the first one stays.
  const std::string& damage() const { return damage_; }
  bool damaged() const { return !damage_.empty(); }
  void note_damage(std::string_view what, uint64_t offset);

  // The signature, and a header that is all there.
  bool has_header() const { return has_header_; }

  // The objects at these offsets; nothing where there is none that could be.
  std::optional<Entry> entry(uint64_t offset);
  std::optional<Data> data(uint64_t offset);

  // FIELD=VALUE of a data object, up to `at_most` bytes of a compressed one, which are kept in `scratch`. Nothing where
  // the object is none, or can't be inflated.
  std::optional<std::string_view> payload(const Data& data, std::string& scratch, uint64_t at_most);

  // The data object with that very payload, by the file's hash table. Nothing where the file has none; a broken chain
  // is noted as damage.
  std::optional<Data> find_data(std::string_view payload);
  // The first in the list of the field's data objects, which goes on with next_in_field; 0 where there is none.
  uint64_t first_data_of(std::string_view field);

  // The last entry, as the header knows it without a way through the lists. Nothing where it does not (before v252).
  std::optional<Entry> last_entry();

  // All entries that a scan finds; made when it is first asked for, which takes as long as reading the file.
  ScannedEntries& scanned();

 private:
  void read_header();
  void check_header();
  void guess_layout();
  // The chain's head of that hash in the table; 0 without.
  uint64_t bucket(uint64_t table, uint64_t table_size, uint64_t hash);
  uint64_t hash(std::string_view bytes) const;

  std::string name_;
  std::unique_ptr<Image> image_;
  uint32_t index_ = 0;
  FileHeader header_;
  Layout layout_;
  bool has_header_ = false;
  std::string damage_;
  std::string scratch_;
  std::unique_ptr<ScannedEntries> scanned_;
};

}  // namespace inquest::journal
