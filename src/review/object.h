// How a check says what it found.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "review/check.h"

namespace inquest::review {

// Adds a contradiction at that statement. `cite` are references, `lines` other lines of the report that it is held
// against.
inline void object(const Subject& subject, std::vector<Contradiction>& out, size_t statement, std::string_view id,
                   std::string reason, std::initializer_list<std::string_view> cite = {},
                   std::vector<size_t> lines = {}) {
  const Statement& at = subject.text.statements[statement];
  std::erase(lines, at.line);
  out.push_back({std::string(id), at.line, at.text, std::move(reason), std::move(lines), {cite.begin(), cite.end()}});
}

}  // namespace inquest::review
