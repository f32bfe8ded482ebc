#include "crashtext/pattern.h"

namespace inquest::crashtext {

std::string_view type_of_title(std::string_view title) {
  for (const Type& type : types()) {
    for (const std::string_view prefix : type.prefixes) {
      if (title.starts_with(prefix)) return type.name;
    }
  }
  return {};
}

Severity severity_of_type(std::string_view name) {
  if (name.empty()) return Severity::Error;
  for (const Type& type : types()) {
    if (type.name == name) return type.severity;
  }
  return Severity::Error;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Fatal: return "fatal";
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
  }
  return {};
}

}  // namespace inquest::crashtext
