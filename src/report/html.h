// The report as one HTML file: no script, nothing fetched, readable on a phone and on paper.
#pragma once

#include <string>
#include <string_view>

#include "report/document.h"

namespace inquest::report {

// Figures are drawn, what holds words of the evidence is escaped. `title` is the page's.
std::string render_html(const Document& document, std::string_view title);

}  // namespace inquest::report
