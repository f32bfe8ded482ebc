#include "decode/flux_columns.h"

#include <algorithm>

namespace inquest::decode {
namespace {

bool is_text(FluxType type) { return type == FluxType::String || type == FluxType::Unknown; }

Role value_role(FluxType type) {
  switch (type) {
    case FluxType::Number: return Role::Number;
    case FluxType::Boolean: return Role::Flag;
    case FluxType::Unknown: return Role::Loose;
    default: return Role::Text;
  }
}

Role pivoted_role(const FluxColumn& column, bool key_has_tags) {
  switch (column.type) {
    case FluxType::Number: return Role::Number;
    case FluxType::Boolean: return Role::Flag;
    case FluxType::Unknown: return Role::Guess;
    case FluxType::String: return column.in_key || !key_has_tags ? Role::Tag : Role::Text;
    default: return Role::Skip;
  }
}

}  // namespace

FluxType flux_type(std::string_view name) {
  if (name == "double" || name == "long" || name == "unsignedLong" || name == "float" || name == "int" ||
      name == "uint") {
    return FluxType::Number;
  }
  if (name == "boolean" || name == "bool") return FluxType::Boolean;
  if (name == "string") return FluxType::String;
  if (name == "time" || name == "dateTime" || name.starts_with("dateTime:")) return FluxType::Time;
  return name.empty() ? FluxType::Unknown : FluxType::Other;
}

std::vector<Column> sample_columns(const std::vector<FluxColumn>& columns) {
  const auto named = [&](std::string_view name) {
    return std::ranges::find(columns, name, &FluxColumn::name) != columns.end();
  };
  const bool has_value = named("_value");
  const bool has_time = named("_time");
  const bool key_has_tags = std::ranges::any_of(columns, [](const FluxColumn& c) {
    return c.in_key && c.type == FluxType::String && c.name != "_measurement" && c.name != "result";
  });
  std::vector<Column> out;
  out.reserve(columns.size());
  for (const FluxColumn& c : columns) {
    Role role = Role::Skip;
    if (c.name.empty() || c.name == "table" || c.name == "_start" || c.name == "_stop") {
      role = Role::Skip;
    } else if (c.name == "_time" || (!has_time && c.type == FluxType::Time)) {
      role = Role::Time;
    } else if (c.name == "result") {
      role = Role::Result;
    } else if (c.name == "_measurement") {
      role = Role::Measurement;
    } else if (c.name == "host" && is_text(c.type)) {
      role = Role::Host;
    } else if (c.name == "_value") {
      role = value_role(c.type);
    } else if (c.name == "_field") {
      role = has_value ? Role::FieldName : Role::Tag;
    } else if (has_value) {
      role = is_text(c.type) ? Role::Tag : Role::Skip;
    } else {
      role = pivoted_role(c, key_has_tags);
    }
    out.push_back({c.name, role, c.fallback});
  }
  return out;
}

}  // namespace inquest::decode
