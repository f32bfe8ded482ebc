// The intake: evidence in, records in the case out.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "evidence/walk.h"
#include "model/case.h"
#include "rules/matcher.h"

namespace inquest::decode {

struct IntakeOptions {
  evidence::Limits limits;
  // Told now and then how many bytes were read of which piece; may be empty.
  std::function<void(uint64_t bytes, const std::string& path)> progress;
  // Whose signs are looked for; must outlive the call. Null: the built-in rules.
  const rules::Matcher* rules = nullptr;
};

// Reads everything under `paths`, lets the decoder with the highest claim decode it, and lists each piece in the case,
// whatever became of it. Never fails as a whole: a missing path is one refused piece of evidence.
void take_in(std::span<const std::string> paths, const IntakeOptions& options, model::Case& into);

// The same for what something else than a path brings: `walk` is called once, with the visitor to give its items to.
void take_in(const std::function<void(evidence::Visitor&)>& walk, const IntakeOptions& options, model::Case& into);

// Decodes bytes at hand as one piece of evidence with that name; the case keeps a copy of them. For tests, fuzzing and
// callers that have no file.
void take_in_bytes(std::string_view bytes, const std::string& name, model::Case& into, size_t piece = 1 << 20);

}  // namespace inquest::decode
