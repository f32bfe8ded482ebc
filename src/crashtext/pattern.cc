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

}  // namespace inquest::crashtext
