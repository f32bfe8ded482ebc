// A case and its inquiry made by hand, for tests of what shows them: a cluster node that froze, seen from
// outside only.
#pragma once

#include <string>
#include <string_view>

#include "model/case.h"
#include "model/inquiry.h"

namespace inquest::testing {

struct SampleInquiry {
  model::Case the_case;
  model::Inquiry inquiry;
};

// Adds a piece of evidence whose bytes the case can quote.
model::EvidenceId add_evidence(model::Case& the_case, const std::string& path, const std::string& kind,
                               const std::string& bytes, model::Outcome status = model::Outcome::Clean);
// Cites a one-based line of it.
model::Citation cite_line(const model::Case& the_case, model::EvidenceId evidence, uint32_t line);

// Two boots, one death with a timeline over three days, every section filled.
SampleInquiry silent_hang();
// An archive with a log that ends in a shutdown: two boots, no death.
SampleInquiry orderly_boots();
// Every string of evidence and inquiry is `words`; three incidents of two hosts.
SampleInquiry made_of(std::string_view words);

}  // namespace inquest::testing
