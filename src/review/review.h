// A second look at a written post-mortem: does it contradict itself, the kernel's documentation, or the evidence?
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/case.h"
#include "model/inquiry.h"
#include "review/contradiction.h"

namespace inquest::review {

struct Review {
  std::vector<Contradiction> contradictions;  // by line; none is a clean bill
  size_t checked = 0;                         // statements looked at
};

// Evidence that the post-mortem is held against, and what was made of it without the post-mortem.
struct Evidence {
  const model::Case* the_case = nullptr;
  const model::Inquiry* inquiry = nullptr;
};

// Reads the text (Markdown or plain, English or German) and puts every check to it. Pure: the same text and evidence
// give the same review. Limit for text beyond what a person writes.
Result<Review> review(std::string_view text, const Evidence& evidence = {});

}  // namespace inquest::review
