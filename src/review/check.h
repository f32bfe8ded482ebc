// What a check is. A new check is a new file in review/checks/ that defines `extern const Check NAME_check`.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "review/contradiction.h"
#include "review/subject.h"

namespace inquest::review {

struct Check {
  std::string_view question;  // "do durations fit the times that they lie between?"
  void (*run)(const Subject& subject, std::vector<Contradiction>& out);
};

// All checks, sorted by name: a table generated from the files in review/checks/.
std::span<const Check* const> checks();

}  // namespace inquest::review
