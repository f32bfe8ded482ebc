// Two configurations as one text with switches: each difference can be taken from the one or from the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::experiment {

// One difference. A setting with another value is one difference, not two, and so is a line that stands elsewhere.
struct Change {
  std::vector<std::string> removed;  // what the good configuration has
  std::vector<std::string> added;    // what the bad one has instead
};

// The differences between a good and a bad configuration: kernel command lines (a text of one line: words, in which
// quotes hold blanks together), else lines: key=value files, VM configurations with [sections], lists of modules, a
// kernel's .config.
//     good: quiet iommu=pt         bad: quiet iommu=on nosmt      changes: iommu=pt -> iommu=on, + nosmt
class Difference {
 public:
  enum class Form : uint8_t { Words, Lines };

  // Limit where either has more than 100,000 words or lines. Blank lines and blanks at the end of lines do not count.
  static Result<Difference> between(std::string_view good, std::string_view bad);

  Form form() const { return form_; }
  const std::vector<Change>& changes() const { return changes_; }

  // The good configuration with these changes (rising indices) made: none gives the good one, all give the bad one.
  std::string compose(const std::vector<size_t>& applied) const;

 private:
  struct Piece {
    enum class Kind : uint8_t { Common, Removed, Added };
    Kind kind = Kind::Common;
    std::string text;
    size_t change = 0;  // of what is not common
  };

  static void interleave(std::vector<Piece>& pieces, size_t begin, size_t middle);

  Form form_ = Form::Lines;
  std::vector<Piece> pieces_;
  std::vector<Change> changes_;
};

}  // namespace inquest::experiment
