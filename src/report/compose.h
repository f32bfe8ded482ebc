// What a report says, in which order.
#pragma once

#include <string>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/document.h"

namespace inquest::report {

struct ComposeOptions {
  // The whole timeline, all boots, all evidence, and the figures behind the baselines. Without it, what tells
  // the story, and how much was left out.
  bool all = false;
  bool figures = false;  // drawings of the timeline and of the figures around each death
};

// The verdict first, then what it rests on, what is not known, what to do, and at the end the evidence and
// every citation. Without an incident: what was read, and why no death is claimed.
Document compose(const model::Case& the_case, const model::Inquiry& inquiry, const ComposeOptions& options);

// One line for what the whole report is about.
std::string title_of(const model::Inquiry& inquiry);

// Whether any piece of evidence was read, wholly or in part. Archives and folders count by what they hold.
bool anything_read(const model::Case& the_case);

}  // namespace inquest::report
