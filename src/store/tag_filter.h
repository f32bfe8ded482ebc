// Which series a selection asks for, by their tags.
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace re2 {
class RE2;
}

namespace inquest::store {

class TagFilter {
 public:
  // Malformed, with the pattern, where one is no regular expression.
  static Result<std::shared_ptr<TagFilter>> compile(const Selection& selection);
  bool matches(const SeriesKey& key) const;

 private:
  struct Test {
    TagMatch match;
    std::shared_ptr<const re2::RE2> pattern;
  };
  std::vector<Test> tests_;
};

}  // namespace inquest::store
