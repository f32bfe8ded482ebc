// What may stand at a place of a line at the prompt of `inquest core`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/core_command.h"

namespace inquest::app {

struct CoreCompletion {
  std::string_view begun;          // the part of the line that is being completed: its end
  std::vector<std::string> names;  // all that begin so, sorted; at most kMost
  static constexpr size_t kMost = 500;
};

// `line`: up to the cursor. Commands at its start, types behind `struct` and `union`, members behind `.` and `->`,
// symbols elsewhere.
CoreCompletion complete_core_line(CoreSession& session, std::string_view line);

}  // namespace inquest::app
