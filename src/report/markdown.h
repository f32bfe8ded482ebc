// The report as GitHub Flavored Markdown, to be pasted into an issue.
#pragma once

#include <string>
#include <string_view>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/document.h"

namespace inquest::report {

// The same content as the text, `all` of it or what tells the story.
std::string render_markdown(const model::Case& the_case, const model::Inquiry& inquiry, bool all);

// Any document so.
std::string render_markdown(const Document& document);

// Printable text that reads as itself: no markup, no HTML, nobody mentioned.
std::string escape_markdown(std::string_view text);
// Printable text as a code span, whatever backticks are in it.
std::string code_span(std::string_view text);

}  // namespace inquest::report
