// journalctl -o export.
#pragma once

#include "journal/entry_writer.h"
#include "journal/item_cache.h"

namespace inquest::journal {

// Fields as text where they are, else with their size as 64 bits before them; an empty line ends an entry.
class ExportWriter : public EntryWriter {
 public:
  bool write(JournalFile& file, const Entry& entry, std::string& out) override;

 private:
  ItemCache cache_{13};
  std::string scratch_;
};

}  // namespace inquest::journal
