// The sections of a report that more than one place composes. Each appends its heading and blocks, or nothing
// where there is nothing to say.
#pragma once

#include <span>
#include <string_view>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/citations.h"
#include "report/compose.h"
#include "report/document.h"

namespace inquest::report {

// What the sections write to.
struct Draft {
  Document document;
  Citations citations;
  ComposeOptions options;
};

void add_heading(Draft& draft, int level, std::string_view text);
void add_paragraph(Draft& draft, Text text);
void add_statements(Draft& draft, std::string_view heading, std::span<const model::Statement> statements);

// Everything about one death, from its title to its next steps. `host` adds the boots of the host where it is
// known.
void add_incident(Draft& draft, const model::Case& the_case, const model::Incident& incident, const model::Host* host);
// Drawings, where they are asked for.
void add_figures(Draft& draft, const model::Case& the_case, const model::Incident& incident);
void add_boots(Draft& draft, const model::Host& host);
// What was changed before a death, by how long before it.
void add_changes(Draft& draft, const model::Incident& incident);
// What the facts of each host show, with what to do about it.
void add_findings(Draft& draft, std::span<const model::Finding> findings);
// The crash reports of one death.
void add_crashes(Draft& draft, std::span<const model::CrashReport> crashes);
void add_gaps(Draft& draft, std::span<const model::Gap> gaps);
// Who was watching which host, from when to when, and for what.
void add_coverage(Draft& draft, const model::Case& the_case, std::span<const model::Coverage> coverage);
// "12 pieces of evidence, 3.4 MB: 10 clean, 2 partial; 1,234 events."
Text evidence_total(const model::Case& the_case);
void add_evidence(Draft& draft, const model::Case& the_case);

}  // namespace inquest::report
