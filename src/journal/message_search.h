// Searches messages for a pattern, each distinct one once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "journal/journal_file.h"
#include "journal/pattern.h"

namespace inquest::journal {

// Looks at the data objects of a file that is mapped for this alone: a message that many entries share is matched once,
// and entries are not looked at. Gives the entries that have a matching message, in rising order. Nothing where the
// file is damaged, or more than `at_most` entries match: then entries have to be gone through.
std::optional<std::vector<uint64_t>> search_file(const std::string& path, Pattern& pattern, size_t at_most);

// Whether an entry's message matches; what is known of data objects that many entries share is kept.
class MessageSearch {
 public:
  explicit MessageSearch(Pattern pattern) : pattern_(std::move(pattern)) {}
  // The first MESSAGE counts, as for journalctl. An entry without one does not match.
  bool matches(JournalFile& file, const Entry& entry);

 private:
  enum class Verdict : uint8_t { Other, No, Yes };  // Other: no message
  Verdict judge(JournalFile& file, uint64_t data);
  struct Known {
    uint64_t offset = 0;
    uint32_t file = 0;
    Verdict verdict = Verdict::Other;
  };

  Pattern pattern_;
  std::vector<Known> known_ = std::vector<Known>(1 << 14);
  std::string scratch_;
};

}  // namespace inquest::journal
