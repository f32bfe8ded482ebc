// The report for a terminal, or for whoever reads it out of a pipe.
#pragma once

#include <cstddef>
#include <string>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/document.h"

namespace inquest::report {

struct TextOptions {
  size_t width = 80;    // columns, at least 40; no line is longer but where one word or one command is
  bool colour = false;  // SGR sequences of ECMA-48
  bool all = false;     // the whole timeline, all boots, all evidence; else what tells the story
};

// The whole report, ending in a newline. Valid UTF-8; without colour free of control characters but newlines.
std::string render_text(const model::Case& the_case, const model::Inquiry& inquiry, const TextOptions& options);

// Any document so.
std::string render_text(const Document& document, size_t width, bool colour);

}  // namespace inquest::report
