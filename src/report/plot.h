// Drawings as SVG: when what was seen, and how figures stood around a death.
#pragma once

#include <string>

#include "model/case.h"
#include "model/inquiry.h"

namespace inquest::report {

// Text as it may stand between tags and in quoted attributes of HTML and SVG.
std::string escape_html(std::string_view text);

// The telling entries of the timeline around the death, one lane a source, with the window of the death. Empty where
// fewer than two of them have a time.
std::string draw_timeline(const model::Incident& incident);

// One series from an hour before the death to a few minutes behind it. Empty where it never changes there.
std::string draw_figures(const model::Case& the_case, const model::Incident& incident, const model::Baseline& baseline);

}  // namespace inquest::report
