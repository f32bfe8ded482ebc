// journalctl -o json.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "journal/entry_writer.h"
#include "journal/item_cache.h"

namespace inquest::journal {

// One object a line. Fields stand in the order in which the entry has them (journalctl's own order is random); several
// values of one field are an array, large ones (4 KiB) null, and those that are no text arrays of numbers.
class JsonWriter : public EntryWriter {
 public:
  bool write(JournalFile& file, const Entry& entry, std::string& out) override;

 private:
  // "NAME":VALUE of one item: where in out_ it stands, where VALUE begins in it, and which name it is.
  struct Field {
    size_t begin = 0;
    size_t value = 0;
    size_t end = 0;
    uint32_t name = 0;
  };
  bool add_item(JournalFile& file, uint64_t offset);
  uint32_t name_id(std::string_view name);
  void gather(std::string& out) const;

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  ItemCache cache_{13};
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> names_;
  std::vector<uint64_t> seen_;  // for each name, the last entry that had it
  uint64_t entry_ = 0;
  bool repeated_ = false;
  std::vector<Field> fields_;
  std::string text_;
  std::string scratch_;
};

}  // namespace inquest::journal
