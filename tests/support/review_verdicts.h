// For the tests of reviews: which ids a text is flagged with.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "review/review.h"

namespace inquest::review::testing {

// A text, and whether a check must flag it.
struct Verdict {
  std::string_view text;
  bool flagged;
};

inline std::set<std::string> ids_of(std::string_view text) {
  const auto found = review(text);
  EXPECT_TRUE(found.has_value());
  std::set<std::string> ids;
  if (found) {
    for (const Contradiction& contradiction : found->contradictions) ids.insert(contradiction.id);
  }
  return ids;
}

// Each text is flagged with that id, or is not.
inline void expect_verdicts(std::string_view id, const std::vector<Verdict>& verdicts) {
  for (const Verdict& verdict : verdicts) {
    EXPECT_EQ(ids_of(verdict.text).contains(std::string(id)), verdict.flagged) << id << ": " << verdict.text;
  }
}

}  // namespace inquest::review::testing
