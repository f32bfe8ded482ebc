// Which series a selection asks for, by their tags.
#pragma once

#include <memory>
#include <string>
#include <string_view>
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
  // Whether a series with this head, as line protocol writes it, can match: a look that costs less than taking the head
  // apart.
  bool may_match(std::string_view head) const;
  bool takes_all() const { return tests_.empty(); }

 private:
  struct Test {
    TagMatch match;
    std::shared_ptr<const re2::RE2> pattern;
    std::string needle;  // what every head that matches has in it; empty where it may stand there in several ways
  };
  std::vector<Test> tests_;
};

}  // namespace inquest::store
