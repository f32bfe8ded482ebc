// Reasoning: a case in, findings out. Pure: no files, no clock of its own, no input formats.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "base/zone.h"
#include "model/case.h"
#include "model/inquiry.h"
#include "rules/knowledge_base.h"

namespace inquest::reason {

struct Options {
  std::optional<Zone> zone;   // of local times that name none (--tz); wins over what the evidence says
  std::string host;           // the host that the inquiry is about (--host); empty: found out
  std::optional<Instant> at;  // about when it died (--at): settles years, and which death is meant
  const rules::KnowledgeBase* knowledge = nullptr;  // rules and hypotheses; null: the built-in ones
  std::optional<Instant> now;  // when the examination takes place: the last resort for the year of yearless logs
};

// Maps the case's clocks to UTC (the only thing that it changes in the case), then finds boots, deaths and what was
// watching. The same case and options give the same inquiry.
model::Inquiry investigate(model::Case& the_case, const Options& options);

}  // namespace inquest::reason
