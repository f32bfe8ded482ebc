#include "store/rows.h"

#include <algorithm>

namespace inquest::store {

std::string_view to_string(FieldType type) {
  switch (type) {
    case FieldType::Float: return "float";
    case FieldType::Integer: return "integer";
    case FieldType::Unsigned: return "unsigned";
    case FieldType::Boolean: return "boolean";
    case FieldType::String: return "string";
  }
  return "float";
}

std::string_view SeriesKey::tag(std::string_view key) const {
  const auto at = std::ranges::lower_bound(tags, key, {}, &std::pair<std::string, std::string>::first);
  return at != tags.end() && at->first == key ? std::string_view(at->second) : std::string_view();
}

}  // namespace inquest::store
