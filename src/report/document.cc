#include "report/document.h"

#include "base/text.h"

namespace inquest::report {

Text& Text::add(std::string_view text, Style style) {
  std::string safe = printable(text);
  if (safe.empty()) return *this;
  if (!spans_.empty() && spans_.back().style == style) {
    spans_.back().text += safe;
  } else {
    spans_.push_back({std::move(safe), style});
  }
  return *this;
}

Text& Text::add(const Text& other) {
  spans_.insert(spans_.end(), other.spans_.begin(), other.spans_.end());
  return *this;
}

size_t Text::width() const {
  size_t width = 0;
  for (const Span& span : spans_) width += columns(span.text);
  return width;
}

}  // namespace inquest::report
