// What the checks look at: the post-mortem, what it mentions, and the evidence where there is some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "review/mention.h"
#include "review/post_mortem.h"

namespace inquest::review {

struct Subject {
  const PostMortem& text;
  const Mentions& mentions;
  const model::Case* evidence = nullptr;    // null: none was given
  const model::Inquiry* inquiry = nullptr;  // what the evidence alone amounts to; with `evidence`
};

}  // namespace inquest::review
