// A case in words: stable, readable text for golden files and for comparing two decodings.
#pragma once

#include <string>

#include "model/case.h"

namespace inquest::testing {

// What became of the first piece of evidence: kind, outcome, lines and diagnostics. Neither its path nor its hash.
std::string dump_evidence(const model::Case& c);

// Streams, events (the first 400) with their messages as read back from the evidence, landmarks, series, facts,
// observations and boot claims. A raw time is shown as its stream's clock has it: "2026-02-09T15:54:50.000000000Z" is
// UTC, without the Z some zone's wall clock (yearless ones begin in 2000), "1.759158000" seconds since the boot.
std::string dump_records(const model::Case& c);

// Both.
std::string dump_case(const model::Case& c);

}  // namespace inquest::testing
