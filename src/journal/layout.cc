#include "journal/layout.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::journal {

std::string Id128::text() const { return fmt::format("{:016x}{:016x}", high, low); }

bool field_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace inquest::journal
