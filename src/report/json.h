// The report for programs: one JSON object. Names are a contract; docs/json.md lists them. Add, never rename.
#pragma once

#include <string>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/anonymizer.h"

namespace inquest::report {

// Everything that the inquiry holds, always: what the text leaves out for brevity is here. Indented by two
// blanks, fields in the order of docs/json.md, ending in a newline. Valid UTF-8, free of control characters,
// whatever the evidence holds. Times are UTC (RFC 3339) as finely as they are known; what is not known is
// null.
std::string render_json(const model::Case& the_case, const model::Inquiry& inquiry, Anonymizer* anonymizer = nullptr);

}  // namespace inquest::report
